"""Running processes: instances and their state, the worklist, timers, messages, incidents and the history of steps.

`workflow` knows a family only as an opaque `case_ref` and a person only as an `about_ref`; what is true of the
family is handed to it as `Knowledge`. Only `engine.workflow.spiff` imports SpiffWorkflow, and it answers in our
words. One step is one transaction under the lock of one instance row (`step.py`); the tables written there are
derived from what the step reports, never read back from the engine's state.
"""

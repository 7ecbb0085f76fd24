"""What the municipality does: bundles of BPMN, DMN, forms and parameters, and their checks.

A bundle is read from files (`bundle`) into plain values: processes (`model`,
read by `bpmn`), decision tables (`decisions`, read by `dmn`) and forms.
`linting` says what is wrong with it, `vocabulary` lists the words a diagram may
use, `names` says which names an expression may read where.

It is not an engine: nothing here runs a process, and nothing here knows the
database, Flask or SpiffWorkflow. The designer in the browser, the command line
and the publish gate all read the same findings from here.
"""

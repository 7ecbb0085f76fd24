"""What is asked: the `.form` files and the compiler that checks answers to them.

A form is form-js JSON, so that it can be drawn in the browser; here it is read into plain values (`definition`),
checked by the designer's rules (findings, all at once) and compiled (`compiler`) into one function that turns posted
answers into sound values and facts, or says in Japanese and English what is wrong, where, and how to mend it.

The lowest layer also holds what forms share with diagrams: the expression language (`expressions`) and Japanese
dates (`dates`). Expressions are parsed into an allow-list and never evaluated by Python, because municipal officers
write them in a browser and they run beside families' records.

It knows no database, no Flask and no process: everything it needs (the day, known facts, the calendar) is handed in.
"""

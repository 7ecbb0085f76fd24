"""How tools/lay_out.py draws: a scope (a process or the inside of a subprocess) goes through stages, one module each.

`figures` are the plain values. `order` reads the scope and gives every node its column and row, `routes` finds a way
for every arrow between them, `places` turns both into coordinates, `labels` writes names where there is room. Each
stage builds on what the one before has worked out and changes none of it.
"""

#!/usr/bin/env python3
"""Check an exported ledger without Tsunagu: python3 verify_ledger.py LEDGER.jsonl [TREE_SIZE:ROOT_HEX ...]

Reads the file once, recomputes every leaf and the Merkle tree (RFC 6962), and compares it with every head in the file
and with the heads given on the command line. Prints one line; exit 0 = sound, 1 = not sound, 2 = cannot be read.
Needs nothing but Python.
"""

import hashlib
import json
import sys

COLUMNS = ("about", "action", "actor", "at", "details", "id", "municipality_id")


def leaf_hash(entry):
    columns = {name: entry[name] for name in COLUMNS}
    text = json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def append(peaks, size, leaf):
    while size & 1:
        leaf = hashlib.sha256(b"\x01" + peaks.pop() + leaf).digest()
        size >>= 1
    peaks.append(leaf)


def root(peaks):
    if not peaks:
        return hashlib.sha256(b"").hexdigest()
    top = peaks[-1]
    for peak in reversed(peaks[:-1]):
        top = hashlib.sha256(b"\x01" + peak + top).digest()
    return top.hex()


def check(lines, anchors):
    """Yield what is wrong, first fault first; the last thing yielded is the (size, root) reached."""
    peaks, size, last_head = [], 0, 0
    for number, line in enumerate(lines, 1):
        record = json.loads(line)
        if "position" in record:
            if record["position"] != size:
                yield f"line {number}: expected position {size}, but found {record['position']}"
                return
            leaf = leaf_hash(record)
            if leaf.hex() != record["leaf_hash"]:
                yield f"line {number}: entry {record['id']} was altered"
                return
            append(peaks, size, leaf)
            size += 1
            if size in anchors and anchors.pop(size) != root(peaks):
                yield f"line {number}: the ledger does not reach the head kept for {size} entries"
                return
        else:
            last_head = record["tree_size"]
            if last_head != size or record["root_hash"] != root(peaks):
                yield f"line {number}: the {size} entries before it do not reach this head; they were moved or replaced"
                return
    if last_head != size:
        yield f"{size - last_head} entries at the end are covered by no head"
    for missing in anchors:
        yield f"the ledger was cut off: a head was kept for {missing} entries, but only {size} are there"
    yield size, root(peaks)


def main(arguments):
    if not arguments or arguments[0].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        anchors = {int(size): text.lower() for size, text in (anchor.split(":") for anchor in arguments[1:])}
        with open(arguments[0], encoding="utf-8") as file:
            results = list(check(file, anchors))
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    faults = [result for result in results if isinstance(result, str)]
    if faults:
        print(f"not sound: {faults[0]}")
        return 1
    size, reached = results[-1]
    print(f"sound: {size} entries, root {reached}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The tamper-evident ledger: who saw, did, decided or passed on what, and when.

`record` writes an entry in the transaction of the act itself, without waiting for anyone. `sequence` later gives
entries their place in a Merkle tree (RFC 6962), `verify` recomputes everything and names the first entry that was
altered, deleted or moved, `export` writes a file that can be checked without this program. It does not hide anything:
entries carry ids and codes only, so that the ledger may be shown to an auditor as it is.
"""

from engine.audit.entry import AuditEntry, record
from engine.audit.export_file import export
from engine.audit.sequencer import AuditHead, AuditLeaf, latest_head, sequence
from engine.audit.verification import Fault, FaultKind, Head, Verification, verify

__all__ = [
    "AuditEntry",
    "AuditHead",
    "AuditLeaf",
    "Fault",
    "FaultKind",
    "Head",
    "Verification",
    "export",
    "latest_head",
    "record",
    "sequence",
    "verify",
]

"""The process definitions of a municipality: drafts, proposals and published versions.

A version is a bundle under the hash of its content; it never changes, so families may be pinned to it for seven years
and every process of the server may share one parsed copy. A draft is a working copy. Between them stands a proposal:
lint must find no error, and a second person must agree. `draft`, `proposal` and `version` are the namespaces;
what callers use most is here.
"""

from engine.definitions import draft, proposal, version
from engine.definitions.proposal import (
    AlreadyInForce,
    BundleRefused,
    CommentMissing,
    ForeignProposal,
    Outdated,
    OwnProposal,
    Proposal,
    ProposalClosed,
    ProposalState,
    ProposalUnknown,
    VersionLine,
    approve,
    current,
    in_force,
    proposals,
    propose,
    send_back,
    versions,
    withdraw,
)
from engine.definitions.version import (
    BundleVersion,
    VersionDamaged,
    VersionFile,
    VersionUnknown,
    bundle_of,
    files_of,
)

__all__ = [
    "AlreadyInForce",
    "BundleRefused",
    "BundleVersion",
    "CommentMissing",
    "ForeignProposal",
    "Outdated",
    "OwnProposal",
    "Proposal",
    "ProposalClosed",
    "ProposalState",
    "ProposalUnknown",
    "VersionDamaged",
    "VersionFile",
    "VersionLine",
    "VersionUnknown",
    "approve",
    "bundle_of",
    "current",
    "draft",
    "files_of",
    "in_force",
    "proposal",
    "proposals",
    "propose",
    "send_back",
    "version",
    "versions",
    "withdraw",
]

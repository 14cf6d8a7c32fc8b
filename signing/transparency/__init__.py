"""The register of decisions: an append-only log that anybody can check and nobody can rewrite unseen.

Formats are those of the transparency log community (c2sp.org): signed-note, tlog-checkpoint, tlog-cosignature,
tlog-tiles, tlog-proof.
"""

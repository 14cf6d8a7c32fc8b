"""Measures the portal beside yardsticks and peers: `python -m bench` prints one table; see docs/benchmarks.md."""

"""The desk: one company's customer service as a pure machine. Standard library only; time and chance are handed in."""

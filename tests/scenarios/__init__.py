"""Every file of the library in scenarios/ is played here, by the module of its name: `test_x.py` plays `scenarios/x.yaml`."""

from pathlib import Path

SCENARIOS = Path(__file__).parents[2] / "scenarios"

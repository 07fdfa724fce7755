"""What the service's processes load: the solver's engine only where something is solved."""

import subprocess
import sys

import pytest

ENGINE = ("ortools", "scipy", "pandas")


@pytest.mark.parametrize("module", ["service.app", "service.scheduler", "bots.broker"])
def test_a_process_that_solves_nothing_does_not_carry_the_engine(module: str) -> None:
    code = f"import sys, {module}; print(sorted(set(sys.modules).intersection({ENGINE})))"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.strip() == "[]"

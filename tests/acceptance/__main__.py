"""`make acceptance`: all figures of learning, budget and guards in full, against their targets.

Exit 1 when one is missed. What may be said about an effect (coverage, peeking, a world without effect) is measured by
the slow tests of tests/flows/evidence.
"""

import sys
from itertools import chain

from tests.acceptance.figures import budgets, harms, large, small
from tests.flows.offers.test_guards import violations


def main() -> int:
    """Print the table as it comes."""
    missed = 0
    for figure in chain(small(40), large(16), budgets(30), budgets(6, 20_000), harms(40)):
        missed += not figure.met
        print(
            f"{'met   ' if figure.met else 'MISSED'}  {figure.name}: {figure.came}; target {figure.target}", flush=True
        )
    wrong = violations(100_000, seed=6)
    missed += wrong > 0
    print(f"{'met   ' if not wrong else 'MISSED'}  100,000 random contexts: {wrong} broke a guard; target 0")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

# Everything is set up from the lock files on the first run of any command; later runs start at once.
# More words for a command: make test ARGS="-k consent -x"

PY := .venv/bin/python

# The first Python that is new enough. A name may exist and still not run (pyenv), so each is tried; ours is the quickest.
define setup
@for python in $(PY) python3 python3.14 python3.13 python3.12 python3.11 python; do \
  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then exec "$$python" .ci/bootstrap.py $(1); fi; \
done; echo "Holdback needs Python 3.11 or newer and none is on PATH: install python3.11 and run again." >&2; exit 1
endef

.DEFAULT_GOAL := help
.PHONY: help demo test sweep crash-sweep soak acceptance check bench bench-page format lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: ## set up and run Holdback with a sample shop; Ctrl-C stops it
	$(call setup)
	@exec .venv/bin/holdback demo $(ARGS)

# Tests start the program many times: without bytecode on disk each start would compile all of it again.
test sweep crash-sweep soak bench: export PYTHONDONTWRITEBYTECODE :=

# Three workers on two cores: one of them always waits, for a disk, a browser or a server that is being killed.
test: ## set up and run the whole test suite, PostgreSQL included
	$(call setup,--dev)
	@$(PY) -m pytest -n 3 --dist loadgroup $(ARGS)

sweep: ## the longer tests that the suite only samples
	$(call setup,--dev)
	@$(PY) -m pytest -n 2 --dist loadgroup -m slow $(ARGS)

crash-sweep: ## kill a real server at every hit of every failpoint, on both databases, and compare three ledgers
	$(call setup,--dev)
	@$(PY) -m tests.crash $(ARGS)

soak: ## real servers for an hour on each database, with something going wrong every half a minute
	$(call setup,--dev)
	@$(PY) -m tests.soak $(ARGS)

acceptance: ## what offers that learn, budgets and guards must keep, measured in a simulated shop whose truth is known
	$(call setup,--dev)
	@$(PY) -m tests.acceptance $(ARGS)

check: ## format, lint, types and import contracts
	$(call setup,--dev)
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()'

bench: ## the benchmarks, as ratios measured in one run
	$(call setup,--dev)
	@$(PY) -m tests.bench $(ARGS)

bench-page: ## what was measured last, into docs/speed.md
	$(call setup,--dev)
	@$(PY) -m tests.bench --markdown var/bench.json --into docs/speed.md

format: ## put the code into shape
	$(call setup,--dev)
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

# No header, no index address: a lock says what, not where from. The tests run on exactly what is shipped.
compile := pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-annotate --no-header --no-emit-index-url pyproject.toml

lock: ## renew both lock files (needs uv); ARGS=--upgrade takes newer releases
	@command -v uv >/dev/null || { echo "make lock needs uv on PATH: install it and run again." >&2; exit 1; }
	@uv $(compile) $(ARGS) --output-file requirements.lock
	@uv $(compile) $(ARGS) --group dev --constraints requirements.lock --output-file requirements-dev.lock

clean: ## remove the environment and caches; data in var/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	@find bot flows storage tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

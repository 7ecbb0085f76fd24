# Two commands do all their own set-up: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8000
FAMILIES ?= 60
BIN := .venv/bin
WORKERS ?= 2

.PHONY: demo test install lint soak bundle lock bench clean

demo: .venv/.installed ## A demo town with families at every stage, served with its worker on 127.0.0.1:8000
	$(BIN)/tsunagu demo --port $(PORT) --families $(FAMILIES)

install: .venv/.installed-dev ## The environment with everything the tests need

test: .venv/.installed-dev lint ## All checks: style, types, layers, then the tests on SQLite and PostgreSQL and in Chromium
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup tests

lint: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: .venv/.installed-dev ## The long proofs; their figures belong into docs/performance.md
	TSUNAGU_SOAK=1 TSUNAGU_SOAK_MODELS=$${TSUNAGU_SOAK_MODELS:-3000} $(BIN)/python -m pytest -n $(WORKERS) tests/engine/workflow/spiff tests/engine/casework/test_one_step.py -k "compaction or bundle or joins or killed" --timeout 7200

bench: .venv/.installed-dev
	$(BIN)/tsunagu bench step --json

bundle: ## Rebuild the browser code (needs Node 20 or newer)
	cd web/frontend && npm ci --ignore-scripts && node build.mjs

lock: ## Pin the dependencies again
	uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --python-version 3.11 --universal -q -o requirements.lock
	uv pip compile pyproject.toml --extra test --constraint requirements.lock --generate-hashes --no-emit-index-url --python-version 3.11 --universal -q -o requirements-dev.lock

.venv/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

clean:
	rm -rf .venv var *.egg-info

# Everything from Python 3.11+ and make: the first target that needs the environment makes it from uv.lock.

PYTHON ?= python3
UV := .tools/uv
RUN := $(UV) run --frozen --no-sync
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
unexport PYTHONDONTWRITEBYTECODE  # some images set it: then each of our many processes compiles every module anew

.PHONY: serve demo test check bench docs schema screenshots environment clean

# For trying it: without settings of your own, mail goes to the mailbox of docs/tutorial.
TRY := $(if $(wildcard tocsin.toml),,TOCSIN_SMTP_URL="$${TOCSIN_SMTP_URL:-smtp://127.0.0.1:1025}")

serve: $(UV)  ## run Tocsin with its embedded database
	@$(UV) sync --quiet --frozen --inexact --no-dev --python $(PYTHON)
	@$(PYTHON) tools/launcher.py
	@exec env $(TRY) .venv/bin/tocsin serve

demo: $(UV)  ## a Tocsin of its own with a year of history, and a drill in your browser
	@$(UV) sync --quiet --frozen --inexact --no-dev --python $(PYTHON)
	@exec .venv/bin/tocsin demo

environment: $(UV)
	@$(UV) sync --quiet --frozen --python $(PYTHON)

test: environment  ## everything, with the browser and the real peers
	@$(RUN) python tools/peers.py
	@$(RUN) pytest --numprocesses 4 $(PYTEST)

check: environment  ## style, types, import contracts, lock file
	@$(UV) lock --check --quiet
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) basedpyright
	@$(RUN) lint-imports
	@$(RUN) python -m tools.frontend

bench: environment  ## the speed table with its baselines
	@$(RUN) python tools/peers.py wrk
	@$(RUN) python -m bench

docs: environment  ## what is generated from the code
	@$(RUN) python -m tools.docs

schema: environment  ## src/tocsin/db/schema.sql from the migrations
	@$(RUN) python -m tools.schema

screenshots: environment  ## every page, wide and narrow, light and dark, and those of the README from the demo
	@$(RUN) python tools/peers.py
	@$(RUN) python -m tools.screenshots
	@$(RUN) python -m tools.readme_pictures

$(UV): tools/bootstrap.py
	@$(PYTHON) tools/bootstrap.py $(UV)

clean:
	rm -rf .venv .tools dist frontend/node_modules src/tocsin/surfaces/web/static bench/.envs

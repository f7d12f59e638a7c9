# The one door.  `make` alone lists what there is.

PYTHON ?= python3
BIN := .venv/bin
BOOK := .venv/book.stamp
DEV := .venv/dev.stamp
CHAPTERS = $(sort $(wildcard book/*.ipynb))
SOURCES := $(wildcard tinyml grading tests tools book/_ext book/conftest.py benchmarks exercises)

OUTSIDE := $(PATH)
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Nothing of another environment, whichever is active, nor of another clone.
export VIRTUAL_ENV := $(CURDIR)/.venv
unexport PYTHONPATH PYTHONHOME
# The tests start hundreds of processes: each would compile again what it imports.
unexport PYTHONDONTWRITEBYTECODE
# How kernels run for the book (errors in one line, no history), for nbval as for the build.
export IPYTHONDIR := $(CURDIR)/tools/ipython

# Two files of tests at a time, each in a process of its own: most wait for a browser, a box or a server.
TWO := -n 2 --dist loadfile

# In the order of the folders, where the files that take longest, those of the book, come early; else those with many
# tests would, which are quick.
AS_LISTED := --no-loadscope-reorder

# Notebooks, with limits of time that no busy machine comes to.
NBVAL := --nbval-current-env --nbval-cell-timeout=1200 --nbval-kernel-startup-timeout=600 $(TWO)

# The tests of what the chapters compute, and the doctests of the package.
MATHS := $(wildcard tests/ch[0-9]*) tests/package tinyml

# Tests under which the lines are counted that run, beside those of the grader.  Of a law it is those of a few cases.
COUNTED := $(MATHS) tests/check tests/draw tests/widgets tests/count/test_count.py
COVERAGE := coverage run

# The tests that grade whole classes with the grader's commands.  Each line that they run, others run too.  Those of the
# second kind take minutes and are left to `make test-long`: bombs, a class of thirty, generated answers over Dask, what
# other graders make of ours and we of theirs.
CLASSES := $(addprefix tests/grading/test_,$(addsuffix .py,corpus law variants rearranged))
LONGER := $(addprefix tests/grading/test_,$(addsuffix .py,bombs instructors law_over_dask nbgrader stock without_box))

# Every question of every chapter, answered by keyboard, takes minutes; a question of each kind is asked on a small page.
QUESTIONS := tests/browser/test_guesses_of_the_book.py

# A build of the book, and one after an edit, take as long as a hundred of the tests beside them.
BUILDS := tests/book/test_build_again.py

TIMED := python tools/timed.py

say = @printf '\n==> %s\n' '$(1)'

.DELETE_ON_ERROR:

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BOOK): requirements.txt pyproject.toml package.json package-lock.json tools/set_up.py
	@PATH='$(OUTSIDE)' $(PYTHON) tools/set_up.py book

$(DEV): $(BOOK) requirements-dev.txt
	@PATH='$(OUTSIDE)' $(PYTHON) tools/set_up.py dev

.PHONY: .venv setup
.venv: $(DEV)
setup: $(DEV) ## set up everything: .venv and node_modules

.PHONY: book
book: $(BOOK) ## set up, build the book into _build/html and say how to open it
	@python tools/build_book.py

.PHONY: serve
serve: book ## show the book at http://127.0.0.1:8000, to this machine only
	python -m http.server --bind 127.0.0.1 --directory _build/html 8000

.PHONY: lab
lab: $(DEV) book ## open the chapters in JupyterLab, on this machine only
	@# Pictures of a notebook that is not trusted are shown as text.
	@jupyter trust $(CHAPTERS) >/dev/null
	env -u IPYTHONDIR jupyter lab --ip=127.0.0.1 --ServerApp.root_dir=book \
		--LabApp.extra_labextensions_path=$(CURDIR)/_build/lab $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: notebooks
notebooks: $(DEV) ## run all chapters, store their outputs and normalise the files
	python tools/notebooks.py $(CHAPTERS)

.PHONY: release
release: $(DEV) ## make the notebooks of exercises that learners get from their masters
	python tools/exercises.py release

.PHONY: answers
answers: $(DEV) ## build the answers to the exercises into _build/answers, for instructors
	python tools/answers.py

.PHONY: quick
quick: $(DEV) ## what to run while writing: style, types, the maths of the chapters
	ruff format --check . && ruff check .
	mypy tinyml tests/typing
	HYPOTHESIS_PROFILE=quick pytest -q $(TWO) --ignore-glob='*_oracle.py' $(MATHS)

.PHONY: check
check: lint types unit javascript ## the half of the tests without notebooks, grader and browser

# What `make test` runs, a target each, three at a time on two cores, because browser, grader and masters wait for half of
# their time.  The longest come first; but before the units the types, whose checker then need not learn numpy again for
# the test of a new chapter.
STAGES := classes browser types grader unit masters arithmetic chapters lint javascript

.PHONY: test
test: $(DEV) programs ## set up and run everything
	@rm -rf _build/times _build/coverage*
	@# A stage that waited for `programs` would begin last.
	@$(MAKE) --no-print-directory --keep-going --jobs=3 --old-file=programs $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) $(STAGES)
	@# Processes that a test has killed leave half a file: which were left out is said in a file of its own.
	@$(TIMED) 'lines that the tests run' sh -ec 'coverage combine --quiet 2>_build/left-out; rm -f _build/coverage.*; coverage report'
	@python tools/timed.py
	$(call say,everything passed)

.PHONY: $(STAGES) programs
lint: $(DEV)
	@$(TIMED) 'formatting and style' sh -ec 'ruff format --check .; ruff check .; node_modules/.bin/biome lint --error-on-warnings'

types: $(DEV)
	@$(TIMED) 'types' sh -ec 'mypy $(SOURCES); node node_modules/pyright/index.js; node_modules/.bin/tsc --project .'

# Here and below with as few cases of each law as catch every known fault; test-long has more.
unit: $(DEV)
	@HYPOTHESIS_PROFILE=quick $(TIMED) 'unit tests' pytest -q $(TWO) $(AS_LISTED) $(addprefix --ignore=,tests/browser tests/grading $(BUILDS) $(COUNTED))
	@HYPOTHESIS_PROFILE=quick $(TIMED) 'unit tests, lines counted' $(COVERAGE) -m pytest -q $(TWO) $(COUNTED)

javascript: $(DEV)
	@$(TIMED) 'JavaScript' node --test 'tests/*/*.test.js'

chapters: $(DEV) ## run all chapters and compare their stored outputs with the new ones
	@$(TIMED) 'chapters' pytest --nbval $(NBVAL) $(CHAPTERS)

arithmetic: $(DEV)
	@HYPOTHESIS_PROFILE=few $(TIMED) 'another arithmetic' python tools/portable.py plainest

programs: $(DEV)
	@PATH='$(OUTSIDE)' $(PYTHON) tools/set_up_programs.py

grader: programs
	@HYPOTHESIS_PROFILE=quick $(TIMED) 'the grader' $(COVERAGE) -m pytest -q $(TWO) $(addprefix --ignore=,$(CLASSES) $(LONGER)) tests/grading

classes: programs
	@HYPOTHESIS_PROFILE=quick $(TIMED) 'the grader, on classes' pytest -q $(TWO) --durations=5 $(CLASSES)

masters: programs
	@$(TIMED) 'masters of the exercises' python -m grading lint

browser: programs
	@$(TIMED) 'the book' python tools/build_book.py
	@$(TIMED) 'the book in a browser' pytest -q $(TWO) --durations=5 --ignore=$(QUESTIONS) tests/browser

.PHONY: test-long
test-long: programs faults ## what takes long beside `make test`: known faults, the book built twice, every question, whole classes
	python tools/build_book.py
	python tools/check_reproducible.py
	CONTROLS_EVERYWHERE=1 pytest -q $(TWO) tests/browser/test_controls.py
	pytest -q $(TWO) $(COUNTED) tests/count $(BUILDS)
	pytest -q $(TWO) -m hypothesis $(addprefix --ignore=,$(CLASSES) $(LONGER)) tests/grading
	pytest -q $(TWO) $(QUESTIONS)
	BOMB_SECONDS=3 CORPUS_EACH=1 VARIANTS_FILES=400 pytest -q $(TWO) $(CLASSES) $(LONGER)

.PHONY: faults
faults: $(DEV) ## plant known faults and see that the tests catch each
	@$(TIMED) 'faults' python tools/faults.py

.PHONY: portable
portable: $(DEV) ## run the maths and the chapters under other arithmetics, as other processors have them
	python tools/portable.py

.PHONY: matrix
matrix: ## run the half without a browser on Python 3.11, 3.12 and 3.13, those that are here, in clean clones
	@PATH='$(OUTSIDE)' $(PYTHON) tools/matrix.py $(PYTHONS)

.PHONY: bench
bench: $(DEV) book ## measure against named rivals, in one run
	python -m benchmarks $(if $(RUST),--rust "$(RUST)")
	$(call say,the page that draws its pictures from the report)
	python tools/notebooks.py book/step_cost.ipynb

.PHONY: clean
clean: ## remove the built book and everything that set-up installed
	rm -rf _build .venv node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info build dist

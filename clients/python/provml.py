"""provml for Python: records how machine-learning results come about, as W3C PROV / PROV-ML.

One file, standard library only, Python 3.8 or newer. It writes the spool of a ``.provml`` directory; the ``provml`` command (npm) makes the
graph of it and answers questions, together with what Node programs recorded.

    import provml

    with provml.run("fit", lr=0.1) as run:
        run.used("train.csv", kind="dataset")
        for epoch in range(10):
            run.log(loss=train_one(epoch), step=epoch)
        run.generated("model.pt", kind="model")

    @provml.evaluation("test")          # arguments are parameters, numbers that it returns are measures
    def test(model, rows): ...

Recording never raises into the program and never changes what it does; what could not be recorded is counted in ``provml.stats()``. A
programmer's mistake (a name that is no text, an unknown kind) raises ``ValueError`` or ``TypeError`` at the call that made it.

Environment: PROVML_DIR, PROVML_WORKFLOW, PROVML_AGENT, PROVML_BASE, PROVML_SPOOL, PROVML_DURABILITY (os, sync), PROVML_STUDY, PROVML_EXECUTION,
PROVML_STEP, PROVML_RUN, PROVML_SHARED=group, PROVML_SECRETS, PROVML_DISABLED=1; they mean what they mean for Node (docs/configuration.md). Processes that torchrun, srun, mpirun and
their like start are ranks of one execution.
"""

import atexit
import base64
import contextvars
import errno
import functools
import getpass
import hashlib
import inspect
import json
import math
import os
import platform
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid
import warnings
import weakref
import zlib

__version__ = "0.1.0"
__all__ = [
    "activity", "close", "configure", "current", "data_preparation", "evaluation", "flush", "inference",
    "run", "section", "stats", "training",
]

# ---------------------------------------------------------------------------------------------------- what users call


def configure(directory=None, workflow=None, agent=None, base=None, durability=None, secrets=()):
    """Sets options for the execution, before its first step. What is not given comes from PROVML_* variables, then the default.

    ``secrets``: rules of what is a secret too, or none (docs/configuration.md); they add to those of PROVML_SECRETS.
    """
    if isinstance(secrets, str) or not isinstance(secrets, (list, tuple, set, frozenset)):
        raise TypeError("provml.configure(): secrets is %r; give a list of rules" % (secrets,))
    for rule in secrets:
        try:
            _rule(rule)
        except ValueError as error:
            raise ValueError("provml.configure(): secrets has %r, and %s" % (rule, error))
    _rules.add(secrets)
    given = dict(directory=directory, workflow=workflow, agent=agent, base=base, durability=durability)
    for name, value in given.items():
        if value is None:
            continue
        if not isinstance(value, (str, os.PathLike)) or str(value) == "":
            raise TypeError("provml.configure(): %s is %r; give a text that is not empty" % (name, value))
        if name == "durability" and value not in ("os", "sync"):
            raise ValueError('provml.configure(): durability is %r; give "os" or "sync"' % (value,))
        if name == "base" and not re.match(r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*[/#]$", str(value)):
            raise ValueError("provml.configure(): base is %r; give an IRI that ends in / or #" % (value,))
        if _state.execution is not None:
            raise ValueError("provml.configure(): recording has begun; call it before the first step")
        _state.options[name] = str(value)


def run(name, **hyperparameters):
    """A run: ``with provml.run("fit", lr=0.1) as run`` or a decorator. What it is given by name are its hyperparameters."""
    return StepMaker("run", name, hyperparameters)


def training(name, **hyperparameters):
    """A training, as a context or a decorator. The outermost one is a run; arguments of a decorated function are hyperparameters."""
    return StepMaker("training", name, hyperparameters)


def data_preparation(name, **parameters):
    """A step that prepares data, as a context or a decorator."""
    return StepMaker("dataPreparation", name, parameters)


def evaluation(name, **parameters):
    """A step that judges a model, as a context or a decorator: the numbers that a decorated function returns are measures."""
    return StepMaker("evaluation", name, parameters)


def inference(name, **parameters):
    """A step that applies a model, as a context or a decorator. Inputs and outputs are not recorded."""
    return StepMaker("inference", name, parameters)


def activity(name, **parameters):
    """A step of no special kind, as a context or a decorator."""
    return StepMaker("activity", name, parameters)


def section(kind, number):
    """A part of the step around, such as ``section("fold", 3)``, as a context."""
    if not isinstance(number, (int, float)) or isinstance(number, bool):
        raise TypeError("provml.section(%r, %r): the second argument is the part's number" % (kind, number))
    return StepMaker("section", kind, {}, number)


def current():
    """The step that the calling code is in; outside steps the execution itself."""
    return _current.get() or (_begun().root if _begun() else _IDLE)


def flush():
    """Returns when all that was recorded is on the disk itself."""
    _guard(lambda: _state.execution and _state.execution.sink.flush())


def close():
    """Ends the execution. A later step begins a new one."""
    _guard(_end_execution)


def stats():
    """What was recorded and lost: a dict with statements, rows, lost, bytes_written, faults, last_fault."""
    sink = _state.execution.sink if _state.execution else _state.last_sink
    counts = sink.stats() if sink else dict(statements=0, rows=0, lost=0, bytes_written=0)
    return dict(counts, faults=_state.faults, last_fault=_state.last_fault)


# -------------------------------------------------------------------------------------------------------------- steps

_STEP_TYPES = {
    "dataPreparation": "provml:DataPreparationExecution",
    "training": "provml:TrainingExecution",
    "evaluation": "provml:EvaluationExecution",
    "inference": "provml:InferenceExecution",
    "activity": "provml:DataTransformationExecution",
    "run": "provml:LearningStageExecution",
    "section": "provml:LearningStageSectionExecution",
}
_ENTITY_TYPES = {
    "data": ("provml:AttributeValue",),
    "dataset": ("provml:LearningDataSetReference", "mls:Dataset"),
    "model": ("provml:Model", "mls:Model"),
    "checkpoint": ("provml:Checkpoint", "provml:Model", "mls:Model"),
    "file": ("provml:DataReference",),
}
# Sections whose rows are rows of the step around them, at the section's number.
_COUNTED_SECTIONS = frozenset(("epoch", "batch", "step", "iteration"))
_current = contextvars.ContextVar("provml_step", default=None)


class StepMaker:
    """A step that is declared: a context (``with``) or a decorator. Each time it is entered or called it is a new activity."""

    def __init__(self, kind, label, values, number=None):
        if not isinstance(label, str) or label == "":
            raise TypeError("provml: a step's name is a text that is not empty, not %r" % (label,))
        self._kind, self._label, self._values, self._number = kind, label, values, number
        self._open = []

    def __enter__(self):
        step = self._begin(None)
        self._open.append(step)
        return step

    def __exit__(self, kind, error, trace):
        self._finish(self._open.pop(), error)
        return False

    def __call__(self, function):
        """The function as a step: same arguments, results and errors. Plain, async and generator functions."""
        if not callable(function) or isinstance(function, type):
            raise TypeError("provml: %s(%r) decorates a function, not %r" % (self._kind, self._label, function))
        if _DISABLED:
            return function
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def call_async(*args, **kwargs):
                step = self._begin((function, args, kwargs))
                try:
                    result = await function(*args, **kwargs)
                except BaseException as error:
                    self._finish(step, error)
                    raise
                self._finish(step, None, result)
                return result

            return call_async
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def call_generator(*args, **kwargs):
                step = self._begin((function, args, kwargs))
                try:
                    result = yield from function(*args, **kwargs)
                except BaseException as error:
                    self._finish(step, error)
                    raise
                self._finish(step, None, result)
                return result

            return call_generator

        @functools.wraps(function)
        def call(*args, **kwargs):
            step = self._begin((function, args, kwargs))
            try:
                result = function(*args, **kwargs)
            except BaseException as error:
                self._finish(step, error)
                raise
            self._finish(step, None, result)
            return result

        return call

    def _begin(self, arguments):
        step = Step(self._kind, self._label, self._number)
        _guard(lambda: step._begin(self._values, arguments))
        step._token = _current.set(step)
        return step

    @staticmethod
    def _finish(step, error, result=None):
        try:
            _current.reset(step._token)
        except ValueError:
            pass  # left in another context than it was entered in, as generators may be
        if error is None:
            _guard(lambda: step._results(result))
            _guard(lambda: step._end("provml:Completed"))
        elif isinstance(error, GeneratorExit):
            _guard(lambda: step._end("provml:EndedEarly"))
        elif isinstance(error, SystemExit) and error.code in (None, 0):
            _guard(lambda: step._end("provml:Completed"))
        else:
            _guard(lambda: step._end("provml:Failed", error))


class Step:
    """One activity being recorded. The program gets it from ``with`` and ``current()``."""

    def __init__(self, kind, label, number=None):
        self.kind, self.label, self.number = kind, label, number
        self.name = None
        self.is_run = self.in_run = False
        self._parent = self._execution = self._token = None
        self._started = self._ended = False
        self._start_time = 0.0
        self._series = {}
        self._next_row = 0
        self._models = []

    # What the program says inside the step ----------------------------------------------------------------------

    def log(self, step=None, **values):
        """Records one row in the series of each name. ``step`` defaults to the section's number, else the next whole number.

        Values may be anything that ``float()`` takes, such as a tensor of one element; what is no number is recorded as NaN.
        """
        owner = self._row_owner()
        at = (owner._next_row if owner is self else self.number) if step is None else _number(step)
        if isinstance(at, (int, float)) and math.isfinite(at):
            owner._next_row = at + 1
        _guard(lambda: owner._rows(at, values))

    def used(self, thing, role=None, kind=None):
        """Records that the step used a thing (a path, a URI, an object) that no argument shows, and returns it."""
        _check_kind(kind)
        _guard(lambda: self._record(lambda out: self._use(thing, role, kind, out)))
        return thing

    def generated(self, thing, role=None, kind=None, name=None, of=None):
        """Records that the step generated a thing that it does not return, and returns it. ``of``: what it was derived from."""
        _check_kind(kind)
        _guard(lambda: self._record(lambda out: self._generate(thing, role, kind, name, of, out)))
        return thing

    def hyperparameters(self, **values):
        """Records hyperparameters that no argument shows."""
        _guard(lambda: self._record(lambda out: self._list("hyperparameters", values, out)))

    def measures(self, **values):
        """Records measures that the step found, such as accuracy, of the model that it used if that is just one."""
        numbers = {name: float(_number(value)) for name, value in values.items()}
        _guard(lambda: self._record(lambda out: self._list("measures", numbers, out, time=_now(), of=self._judged())))

    @property
    def id(self):
        """Its absolute IRI, once it has begun."""
        return self._execution.iri(self.name) if self._execution else ""

    # How it is recorded -----------------------------------------------------------------------------------------

    def _begin(self, values, arguments):
        execution = _begun()
        if execution is None:
            return
        around = _current.get()
        while around is not None and around._ended:
            around = around._parent
        if around is None or around._execution is not execution:
            around = execution.root
        self._execution, self._parent = execution, around
        self.is_run = self.kind in ("run", "training") and not around.in_run
        self.in_run = self.is_run or around.in_run
        self.name = execution.new_id()
        self._start_time = _now()
        if self.kind == "section":
            return  # enters the graph only when it has something to state
        out = []
        self._start(out)
        kind = "hyperparameters" if self.kind in ("run", "training") else "parameters"
        try:
            if arguments:
                values = dict(values, **self._take(arguments, out))
            self._list(kind, values, out)
        finally:
            execution.write(out)
        execution.open_steps += 1

    def _start(self, out):
        if self._started:
            return
        self._started = True
        self._parent._start(out)
        attributes = [["prov:type", {"name": _STEP_TYPES[self.kind]}]]
        execution, shared = self._execution, None
        if self.is_run and execution.shared_runs is not None:
            shared = _shared_run(execution, self.label)
        elif self.is_run:
            attributes.append(["prov:type", {"name": "mls:Run"}])
        is_section = self.kind == "section"
        attributes.append(["rdfs:label", "%s %s" % (self.label, _json_number(self.number)) if is_section else self.label])
        if is_section:
            attributes += [["provml:sectionKind", self.label], ["provml:sectionNumber", self.number]]
        attributes.append(["dcterms:isPartOf", {"name": self._parent.name}])
        if shared:
            attributes += shared["part"]
        out.append(dict(kind="activity", id=self.name, startTime=self._start_time, attributes=attributes))
        if self.is_run:
            out.append(dict(kind="wasAssociatedWith", activity=self.name, agent=execution.software))
            out += shared["statements"] if shared else []
            out += _study_statements(execution, shared["run"] if shared else self.name)

    def _take(self, arguments, out):
        """The arguments of a decorated function: values to record; things are used."""
        function, args, kwargs = arguments
        if self.kind == "inference":
            return {}
        try:
            names = list(inspect.signature(function).bind(*args, **kwargs).arguments.items())
        except (TypeError, ValueError):
            return {}
        values = {}
        for name, value in names:
            if name in ("self", "cls") and value is (args[0] if args else None):
                continue
            members = value.items() if isinstance(value, dict) and not _is_big(value) else [(name, value)]
            for key, member in members:
                if _scalar(member, str(key)) is not None or _is_values(member):
                    values[str(key)] = member
                elif not callable(member) or self._execution.followed(member):
                    self._use(member, None, None, out, label=str(key))
        return values

    def _results(self, result):
        if result is None or self.kind == "inference" or self._ended:
            return
        self._record(lambda out: self._state_results(result, out))

    def _state_results(self, result, out):
        members = list(result.items()) if isinstance(result, dict) else [(self.label, result)]
        if isinstance(result, tuple) and len(result) <= 8:
            members = [(str(i), member) for i, member in enumerate(result)]
        measures, outputs, time = {}, {}, _now()
        for name, value in members:
            name = str(name)
            scalar = _scalar(value, name)
            if scalar is None and not _is_values(value):
                kind = "model" if self.kind == "training" and (value is result or re.search(r"model$", name, re.I)) else None
                self._generate(value, None if value is result else name, kind, self.label, None, out)
            elif self.kind == "evaluation" and _is_number(value):
                measures[name] = float(value)
            else:
                outputs[name] = value
        self._list("measures", measures, out, time=time, of=self._judged())
        self._list("outputs", outputs, out, time=time)

    def _record(self, work):
        if self._execution is None:
            return
        out = []
        self._start(out)
        try:
            work(out)
        finally:
            self._execution.write(out)

    def _list(self, kind, values, out, time=None, of=None):
        flat = {}
        _flatten(values, "", flat, 0)
        if not flat:
            return
        brief = dict(kind=kind, id=self._execution.new_id(), activity=self.name, values=flat)
        if time is not None:
            brief["time"] = time
        if of is not None:
            brief["of"] = of
        out.append(brief)

    def _use(self, thing, role, kind, out, label=None):
        value = None if _is_place(thing) else _scalar(thing, role or "value")
        if value is not None:
            self._list("parameters", {role or "value": thing}, out)
            return
        entity = self._execution.entity_of(thing, kind, role or label, out)
        usage = dict(kind="used", activity=self.name, entity=entity["name"])
        if role or label is None:
            usage.update(id=self._execution.new_id(), time=_now())
        if role:
            usage["attributes"] = [["prov:role", {"name": _definition("role", role)}]]
        out.append(usage)
        if entity["kind"] in ("model", "checkpoint"):
            self._models.append(entity["name"])

    def _generate(self, thing, role, kind, name, of, out):
        value = None if _is_place(thing) else _scalar(thing, role or "value")
        if value is not None:
            self._list("outputs", {role or name or "value": thing}, out, time=_now())
            return
        execution = self._execution
        earlier = execution.followed(thing)
        entity = execution.meet(thing, kind or (earlier or {}).get("kind"), name or role, out)
        generation = dict(kind="wasGeneratedBy", entity=entity["name"], activity=self.name, time=_now())
        if role:
            generation.update(id=execution.new_id(), attributes=[["prov:role", {"name": _definition("role", role)}]])
        out.append(generation)
        sources = [earlier] if earlier and not _is_place(thing) else []
        if of is not None:
            sources.append(execution.entity_of(of, None, None, out))
        for source in sources:
            if source["name"] != entity["name"]:
                out.append(dict(kind="wasDerivedFrom", generatedEntity=entity["name"], usedEntity=source["name"]))

    def _judged(self):
        return self._models[0] if len(set(self._models)) == 1 else None

    def _row_owner(self):
        counted = self.kind == "inference" or (self.kind == "section" and self.label in _COUNTED_SECTIONS)
        return self._parent._row_owner() if counted and self._parent else self

    def _rows(self, step, values):
        if self._execution is None:
            return
        time = _now()
        for name, value in values.items():
            series = self._series.get(name)
            if series is None:
                series = self._series[name] = self._new_series(name)
            self._execution.sink.row(series, _number(step), _number(value), time)

    def _new_series(self, measure):
        measure = _clean_name(measure)
        execution, definition = self._execution, _definition("measure", measure)
        series = execution.new_id()
        out = []
        self._start(out)
        types = [["prov:type", {"name": name}] for name in ("provml:EvaluationMeasure", "mls:EvaluationMeasure")]
        out.append(dict(kind="entity", id=definition, attributes=types + [["rdfs:label", measure]]))
        attributes = [["prov:type", {"name": "provml:MetricSeries"}], ["rdfs:label", measure]]
        attributes.append(["mls:specifiedBy", {"name": definition}])
        out.append(dict(kind="entity", id=series, attributes=attributes))
        out.append(dict(kind="wasGeneratedBy", entity=series, activity=self.name))
        execution.write(out)
        return execution.sink.series(series, measure, self.name)

    def _end(self, status, error=None):
        if self._ended or self._execution is None:
            return
        self._ended = True
        out, time = [], _now()
        if self.kind == "section" and not self._started:
            if status == "provml:Failed":
                self._start(out)
            self._parent._row_owner()._rows(self.number, {self.label + ".durationMs": time - self._start_time})
        if self._started:
            attributes = [["provml:status", {"name": status}]]
            if error is not None:
                attributes.append(["provml:errorType", type(error).__name__[:100]])
                attributes.append(["provml:errorMessage", _redact(str(error)[:4096])[:256]])
            out.append(dict(kind="activity", id=self.name, endTime=time, attributes=attributes))
            if self.kind != "section" and self._parent:
                self._execution.open_steps -= 1
        self._execution.write(out)


def _check_kind(kind):
    if kind is not None and kind not in _ENTITY_TYPES:
        raise ValueError("provml: kind is %r; give one of %s" % (kind, ", ".join(sorted(_ENTITY_TYPES))))


class _Root(Step):
    """The execution's own activity, as this process records it."""

    def __init__(self, execution, name, label, start_time):
        super().__init__("activity", label)
        self.name, self._execution, self._started, self._start_time = name, execution, True, start_time


# ---------------------------------------------------------------------------------------------------------- execution

_DEFAULT_BASE = "https://w3id.org/prov-ml/id/"


class _Execution:
    """One execution as this process records it: its ids, its sink, what it follows, its root activity."""

    def __init__(self, options, parent=None):
        environment = os.environ
        given = lambda name: options.get(name) or _variable("PROVML_" + name.upper())
        _rules.add(rule for rule in (_variable("PROVML_SECRETS") or "").split() if rule not in _state.ignored)
        self.base = given("base") or _DEFAULT_BASE
        self.scheduled = _scheduled(environment)
        joined = parent.uuid if parent else _execution_id(_variable("PROVML_EXECUTION"))
        is_rank = joined is None and "execution" in self.scheduled
        self.uuid = joined or self.scheduled.get("execution") or _uuid7()
        self.is_launcher = joined is None and not is_rank
        # The step of the execution which made this process, and the run in which that lies.
        around, self.run_around = (parent.around, parent.run) if parent else (None, None)
        space = self.base + self.uuid + "/"
        step = environment.get("PROVML_STEP") or ""
        if joined and not parent and step.startswith(space) and step != space + "execution":
            around, self.run_around = "x:" + step[len(space):], environment.get("PROVML_RUN") or None
        self.shared_runs = {} if is_rank else None
        self.study = environment.get("PROVML_STUDY") or self.scheduled.get("study")
        self.writer = _new_writer()
        self.root_directory = os.getcwd()
        script = os.path.abspath(sys.argv[0]) if sys.argv and sys.argv[0] not in ("", "-c", "-m") else None
        stem = os.path.splitext(os.path.basename(script))[0] if script else os.path.basename(self.root_directory)
        self.workflow = given("workflow") or stem or "python"
        self.agent, self.agent_iri = _agent(given("agent") or _user())
        self.software = _definition("software", self.workflow)
        self.open_steps = 0
        self._counter = 0
        self._lock = threading.Lock()
        self._objects = {}
        self._paths = {}
        directory = given("directory") or environment.get("PROVML_DIR") or _find_directory()
        self.sink = _Spool(self, directory, environment.get("PROVML_SPOOL"), given("durability") or "os")
        time = _now()
        self.root = _Root(self, "x:execution" if self.is_launcher else self.new_id(), self.workflow, time)
        self.root.in_run = self.run_around is not None
        self.write(_origin(self, time, script, around))
        self._changes = _find_changes(self)

    def new_id(self):
        with self._lock:
            self._counter += 1
            return "x:%s-%d" % (self.writer, self._counter)

    def iri(self, name):
        return self.base + self.uuid + "/" + name[2:] if name.startswith("x:") else name

    def write(self, statements):
        if statements:
            self.sink.statements([_clean_statement(statement) for statement in statements])

    def entity_of(self, thing, kind, label, out):
        known = self.followed(thing)
        return known if known else self.meet(thing, kind, label, out)

    def followed(self, thing):
        """The entity that a thing is now: of a path only while its file is unchanged."""
        if _is_place(thing):
            known = self._paths.get(_place_name(thing))
            return known if known and known["state"] == _file_state(known["path"]) else None
        known = self._objects.get(id(thing))
        return known[1] if known and known[0]() is thing else None

    def meet(self, thing, kind, label, out):
        """States a new entity for a thing and follows it from here on."""
        entity = dict(name=self.new_id())
        if _is_place(thing):
            place = _place_name(thing)
            is_remote = _is_remote(str(thing))
            entity.update(path=place, state=None if is_remote else _file_state(place))
            kind = kind or (self._paths.get(place) or {}).get("kind") or "file"
            label = label or os.path.basename(re.sub(r"[?#].*$", "", place, flags=re.S).rstrip("/")) or place
            self._state_file(entity, kind, label, is_remote, out)
            self._paths[place] = entity
        else:
            kind = kind or "data"
            label = label or type(thing).__name__
            attributes = [["prov:type", {"name": name}] for name in _ENTITY_TYPES[kind]]
            out.append(dict(kind="entity", id=entity["name"], attributes=attributes + [["rdfs:label", _clean_name(label[:1024])[:256]]] + _shape(thing)))
            key = id(thing)
            try:
                self._objects[key] = (weakref.ref(thing, lambda _: self._objects.pop(key, None)), entity)
            except TypeError:
                pass  # a list or dict cannot be followed without keeping it alive
        entity["kind"] = kind
        return entity

    def _state_file(self, entity, kind, label, is_remote, out):
        path, state = entity["path"], entity["state"]
        types = list(dict.fromkeys(_ENTITY_TYPES[kind] + _ENTITY_TYPES["file"]))
        attributes = [["prov:type", {"name": name}] for name in types] + [["rdfs:label", _clean_name(label[:1024])[:256]]]
        below = path if is_remote else _below(self.root_directory, path)
        attributes.append(["provml:path", below])
        is_later = state is not None and state["size"] > _DIGEST_AT_CAPTURE_BYTES
        sha256 = _digest(path, state) if state is not None and not is_later else None
        if sha256 is None and not is_later:
            attributes.append(["provml:isVerified", False])
        out.append(dict(kind="entity", id=entity["name"], attributes=attributes))
        media = _MEDIA_TYPES.get(path.rsplit(".", 1)[-1].lower(), "application/octet-stream")
        if sha256 is not None:
            digest = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
            content = "<ni:///sha-256;%s>" % digest
            out.append(dict(kind="specializationOf", specificEntity=entity["name"], generalEntity=content))
            facts = [["prov:type", {"name": "provml:Content"}], ["provml:sha256", sha256]]
            facts += [["provml:byteSize", state["size"]], ["provml:mediaType", media]]
            out.append(dict(kind="entity", id=content, attributes=facts))
        if is_later and _clean_name(path) == path:  # the flusher digests it, if it is still in this state then
            out.append(dict(state, kind="digest", id=entity["name"], path=path, mediaType=media))

    def end(self):
        if self._changes:
            self._changes.join(5)
        failed = getattr(sys, "last_type", None) is not None  # Python sets it when an error ends the program
        status = "provml:Failed" if failed else "provml:EndedEarly" if self.open_steps > 0 else "provml:Completed"
        _guard(lambda: self.root._end(status))
        self.sink.close()


def _agent(text):
    """A name, or a name with an IRI in angle brackets, as Node carries it."""
    named = re.match(r'(.+?) <([A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`]*)>$', text)
    return named.groups() if named else (text, None)


def _origin(execution, time, script, part_of):
    """What an execution states once, before its first step: who, which software, where."""
    host, software, root = socket.gethostname(), execution.software, execution.root.name
    host_name = _definition("host", host)
    is_harmless = execution.agent_iri and _clean_name(execution.agent_iri) == execution.agent_iri
    person = "<%s>" % execution.agent_iri if is_harmless else _definition("agent", execution.agent)
    types = lambda *names: [["prov:type", {"name": name}] for name in names]
    out = []
    attributes = types("provml:WorkflowExecution") + [["rdfs:label", execution.workflow]]
    if not execution.is_launcher:
        out.append(dict(kind="activity", id="x:execution", attributes=attributes[:]))
    attributes += [["prov:location", {"name": host_name}], ["provml:rootDirectory", execution.root_directory]]
    attributes.append(["provml:command", _command()])
    if not execution.is_launcher:
        attributes.append(["dcterms:isPartOf", {"name": "x:execution"}])
    if part_of:
        attributes.append(["dcterms:isPartOf", {"name": part_of}])
    else:
        for name, key in (("rank", "rank"), ("rankCount", "size"), ("restart", "restart"), ("job", "job")):
            if execution.scheduled.get(key) is not None:
                attributes.append(["provml:" + name, execution.scheduled[key]])
    out.append(dict(kind="activity", id=root, startTime=time, attributes=attributes))
    bundle = types("prov:Bundle") + [["rdfs:label", execution.workflow], ["dcterms:subject", {"name": "x:execution"}]]
    out.append(dict(kind="entity", id="x:graph", attributes=bundle, graph="id:catalogue"))
    if execution.is_launcher:
        out.append(dict(kind="wasGeneratedBy", entity="x:graph", time=time, graph="id:catalogue"))
    label = [["rdfs:label", execution.workflow]]
    out.append(dict(kind="agent", id=software, attributes=types("prov:SoftwareAgent", "provml:Software") + label))
    out.append(dict(kind="agent", id=person, attributes=types("prov:Person") + [["rdfs:label", execution.agent]]))
    out.append(dict(kind="actedOnBehalfOf", id=execution.new_id(), delegate=software, responsible=person, activity=root))
    out.append(dict(kind="wasAssociatedWith", activity=root, agent=software))
    out.append(dict(kind="entity", id=host_name, attributes=types("prov:Location", "provml:Host") + [["rdfs:label", host]]))
    environment = execution.new_id()
    out.append(dict(kind="entity", id=environment, attributes=_environment(script)))
    out.append(dict(kind="used", activity=root, entity=environment))
    return out


def _environment(script):
    attributes = [["prov:type", {"name": "provml:Environment"}], ["rdfs:label", "environment"]]
    attributes.append(["provml:runtime", "python %s" % platform.python_version()])
    attributes.append(["provml:platform", "%s %s" % (sys.platform, platform.machine())])
    attributes.append(["provml:operatingSystem", "%s %s" % (platform.system(), platform.release())])
    attributes.append(["provml:cpuCount", os.cpu_count() or 1])
    try:
        attributes.append(["provml:memoryBytes", os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")])
    except (ValueError, OSError, AttributeError):
        pass
    for name, value in sorted(os.environ.items()):
        if _RECORDED_VARIABLES.match(name):
            attributes.append(["provml:variable", "%s=%s" % (name, _redact(value[:4096])[:256])])
    lockfile = _upwards(os.path.dirname(script) if script else os.getcwd(), _LOCKFILES)
    if lockfile:
        with open(lockfile, "rb") as file:
            attributes.append(["provml:lockfileDigest", hashlib.sha256(file.read()).hexdigest()])
    attributes.append(["provml:recorder", "provml-python %s" % __version__])
    return attributes


_LOCKFILES = ("uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "pylock.toml", "requirements.txt")
_RECORDED_VARIABLES = re.compile(
    r"^(SLURM_(JOB_ID|JOB_NAME|JOB_NODELIST|NTASKS|PROCID|LOCALID|NNODES|NODEID|STEP_ID|ARRAY_JOB_ID|ARRAY_TASK_ID|"
    r"RESTART_COUNT|CLUSTER_NAME|JOB_PARTITION|GPUS)|PBS_(JOBID|JOBNAME|QUEUE|ARRAY_INDEX)|LSB_(JOBID|JOBINDEX|JOBNAME|"
    r"QUEUE)|OMPI_COMM_WORLD_(RANK|SIZE|LOCAL_RANK)|RANK|WORLD_SIZE|LOCAL_RANK|CUDA_VISIBLE_DEVICES|ROCR_VISIBLE_DEVICES|"
    r"OMP_NUM_THREADS)$"
)


def _find_changes(execution):
    """Asks git for commit, branch, remote and changes, beside the program; None where there is no repository."""
    top = _upwards(execution.root_directory, (".git",))
    if top is None:
        return None
    folder, source = os.path.dirname(top), execution.new_id()

    def git(*words):
        done = subprocess.run(
            ("git",) + words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
            timeout=60, env=dict(os.environ, GIT_OPTIONAL_LOCKS="0"),
        )
        return done.stdout if done.returncode == 0 else b""

    def find():
        attributes = [["prov:type", {"name": "provml:SourceCode"}], ["rdfs:label", "working tree"]]
        text = lambda *words: git(*words).decode(errors="replace").strip()
        commit, branch, remote = text("rev-parse", "HEAD"), text("symbolic-ref", "--short", "HEAD"), text("remote", "get-url", "origin")
        if branch:
            attributes.append(["provml:branch", branch])
        if remote:
            attributes.append(["provml:repository", _redact(remote)])
        if commit:
            changes = git("diff", "--no-ext-diff", "--no-color", "--binary", "HEAD")
            attributes.append(["provml:isDirty", bool(changes)])
            if changes:
                attributes.append(["provml:changesDigest", hashlib.sha256(changes).hexdigest()])
        out = [dict(kind="entity", id=source, attributes=attributes)]
        out.append(dict(kind="used", activity=execution.root.name, entity=source))
        if re.match(r"^([0-9a-f]{40}|[0-9a-f]{64})$", commit):
            revision = "<swh:1:rev:%s>" % commit
            out.append(dict(kind="entity", id=revision, attributes=[["prov:type", {"name": "provml:Commit"}]]))
            out.append(dict(kind="specializationOf", specificEntity=source, generalEntity=revision))
        execution.write(out)

    thread = threading.Thread(target=lambda: _guard(find), name="provml-git", daemon=True)
    thread.start()
    return thread


# -------------------------------------------------------------------------------------------------- ranks and studies


def _shared_run(execution, label):
    """The run that all ranks and restarts carry out together: each names it alike, and none says when it began or ended."""
    number = execution.shared_runs[label] = execution.shared_runs.get(label, 0) + 1
    previous = execution.scheduled.get("previous")
    within = lambda local: "<%s%s/%s>" % (execution.base, previous[0], local) if previous else "x:" + local
    arguments = json.dumps(_redact_arguments(sys.argv[1:]), ensure_ascii=False, separators=(",", ":"))
    told = _derived_uuid("provml run", label=label, number=str(number), arguments=arguments)
    run = within("r" + told.replace("-", "")[:16])
    whole = within("execution")
    attributes = [["prov:type", {"name": "mls:Run"}], ["rdfs:label", label], ["dcterms:isPartOf", {"name": whole}]]
    statements = [dict(kind="activity", id=run, attributes=attributes)]
    statements.append(dict(kind="wasAssociatedWith", activity=run, agent=execution.software))
    if previous:
        attributes = [["prov:type", {"name": "provml:WorkflowExecution"}], ["rdfs:label", execution.workflow]]
        statements.append(dict(kind="activity", id=whole, attributes=attributes))
    part = [["dcterms:isPartOf", {"name": run}]]
    for name, key in (("rank", "rank"), ("rankCount", "size"), ("restart", "restart")):
        if execution.scheduled.get(key) is not None:
            part.append(["provml:" + name, execution.scheduled[key]])
    return dict(run=run, part=part, statements=statements)


def _study_statements(execution, run):
    study = execution.study
    if not study:
        return []
    workflow = _definition("", execution.workflow)[len("id:."):].replace(".", "%2E")
    attributes = [["prov:type", {"name": name}] for name in ("provml:StudyExecution", "mls:Study")]
    attributes += [["rdfs:label", study], ["mls:hasPart", {"name": run}]]
    return [dict(kind="activity", id=_definition("study-execution.%s" % workflow, study), attributes=attributes)]


def _derived_uuid(title, **facts):
    """The UUID (version 8) that processes which know the same agree on: of the SHA-256 of the title and a line for each fact."""
    lines = [title] + ["%s=%s" % fact for fact in facts.items() if fact[1] is not None] + [""]
    digest = bytearray(hashlib.sha256("\n".join(lines).encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(digest)))


def _scheduled(environment):
    """What the variables of Slurm, PBS, LSF and of srun, mpirun, torchrun, PALS, jsrun, blaunch say, as for Node."""
    variable = lambda name: environment.get(name) or None
    job = _slurm_job(variable) or _pbs_job(variable) or _lsf_job(variable)
    launches = (_torchrun, _open_mpi, _pals, _jsrun, _srun, _blaunch)
    launch = next((found for found in (read(variable) for read in launches) if found), None)
    restarts = ((job or {}).get("restart", 0), (launch or {}).get("restart", 0))
    found = _rank(job, launch, restarts) if launch and launch["size"] > 1 else {}
    if sum(restarts) > 0:
        found["restart"] = sum(restarts)
    if job:
        found["job"] = job["name"]
        if job.get("study"):
            found["study"] = job["study"]
    return found


def _rank(job, launch, restarts):
    found = dict(rank=launch["rank"], size=launch["size"])
    if launch.get("id") is None and not (job and launch.get("is_only_one")):
        return found
    start = lambda of_job, of_launch: _derived_uuid(
        "provml execution", job=job and job["name"], launcher=launch["launcher"], launch=launch.get("id"),
        restart="%d.%d" % (of_job, of_launch),
    )
    previous = [start(n, 0) for n in range(restarts[0])] + [start(restarts[0], n) for n in range(restarts[1])]
    found["execution"] = start(*restarts)
    if previous:
        found["previous"] = previous
    return found


def _slurm_job(variable):
    job = variable("SLURM_JOB_ID")
    if job is None:
        return None
    cluster, array, task = variable("SLURM_CLUSTER_NAME"), variable("SLURM_ARRAY_JOB_ID"), variable("SLURM_ARRAY_TASK_ID")
    is_array = array is not None and task is not None
    found = dict(name=_joined("slurm", cluster, "%s_%s" % (array, task) if is_array else job))
    found.update(_counted(variable("SLURM_RESTART_COUNT")))
    return dict(found, study=_joined("slurm", cluster, array)) if is_array else found


def _pbs_job(variable):
    text = variable("PBS_JOBID")
    if text is None:
        return None
    match = re.match(r"^([^.]+)\.?(.*)$", text)
    job, server = match.groups() if match else (text, None)
    array = re.match(r"^[0-9]+", job)
    found = dict(name=_joined("pbs", server, job))
    is_array = variable("PBS_ARRAY_INDEX") or variable("PBS_ARRAYID")
    return dict(found, study=_joined("pbs", server, array.group())) if is_array and array else found


def _lsf_job(variable):
    job, index = variable("LSB_JOBID"), variable("LSB_JOBINDEX") or "0"
    if job is None:
        return None
    found = dict(name=_joined("lsf", job if index == "0" else "%s[%s]" % (job, index)))
    if variable("LSB_RESTART") == "Y":
        found["restart"] = 1
    return found if index == "0" else dict(found, study=_joined("lsf", job))


def _torchrun(variable):
    restarts, run = variable("TORCHELASTIC_RESTART_COUNT"), variable("TORCHELASTIC_RUN_ID")
    if restarts is None and run is None:
        return None
    is_local = variable("LOCAL_WORLD_SIZE") == variable("WORLD_SIZE")
    logs = re.match(r"^(.+)[/\\]attempt_[0-9]+[/\\][0-9]+[/\\]error\.json$", variable("TORCHELASTIC_ERROR_FILE") or "")
    told = run if run != "none" else None
    launch = (_joined(told, logs.group(1) if logs else None) or None) if is_local else told
    step = (_srun(variable) or {}).get("id")
    told = None if launch is None and step is None else _joined(step, launch)
    return _ranked("torchrun", variable("RANK"), variable("WORLD_SIZE"), id=told, **_counted(restarts))


def _open_mpi(variable):
    space = variable("PMIX_NAMESPACE") or variable("OMPI_MCA_ess_base_jobid")
    is_local = variable("OMPI_COMM_WORLD_LOCAL_SIZE") == variable("OMPI_COMM_WORLD_SIZE")
    uri = variable("OMPI_MCA_orte_hnp_uri") or (variable("PMIX_SERVER_URI41") if is_local else None)
    told = None if space is None else _joined(space, uri)
    return _ranked("mpirun", variable("OMPI_COMM_WORLD_RANK"), variable("OMPI_COMM_WORLD_SIZE"), id=told)


def _pals(variable):
    return _ranked("pals", variable("PALS_RANKID"), variable("PMI_SIZE"), id=variable("PALS_APID"))


def _jsrun(variable):
    told = dict(id=variable("PMIX_NAMESPACE"), is_only_one=True)
    return _ranked("jsrun", variable("JSM_NAMESPACE_RANK"), variable("JSM_NAMESPACE_SIZE"), **told)


def _srun(variable):
    step = variable("SLURM_STEP_ID")
    if step is None or not re.match(r"^[0-9]+$", step) or int(step) >= 0xFFFFFFF0:  # those are batch scripts and shells
        return None
    size = variable("SLURM_STEP_NUM_TASKS") or variable("SLURM_NTASKS")
    return _ranked("srun", variable("SLURM_PROCID"), size, id=step)


def _blaunch(variable):
    task = _whole(variable("LSF_PM_TASKID"))  # tasks count from 1
    rank = None if not task else str(task - 1)
    return _ranked("blaunch", rank, variable("LSB_DJOB_NUMPROC"), is_only_one=True)


def _ranked(launcher, rank, size, **more):
    at, of = _whole(rank), _whole(size)
    return None if at is None or of is None or at >= of else dict(more, launcher=launcher, rank=at, size=of)


def _whole(text):
    return int(text) if text is not None and re.match(r"^[0-9]{1,9}$", text) else None


def _counted(text):
    count = min(_whole(text) or 0, 1000)
    return dict(restart=count) if count > 0 else {}


def _joined(*parts):
    return " ".join(part for part in parts if part)


# --------------------------------------------------------------------------------------------------------------- spool

_FRAME_BYTES = 1024 * 1024
_SEGMENT_BYTES = 64 * 1024 * 1024
_SPOOL_BYTES = 10 * 1024 ** 3
_FREE_BYTES = 64 * 1024 * 1024
_ROW = struct.Struct("=dddd")
_MOST_ROWS = 4096
_ROW_DELAY_SECONDS = 0.05


class _Spool:
    """The segments of one writer, byte by byte as docs/spool-format.md says. Threads of a process share it under a lock."""

    def __init__(self, execution, directory, spool, durability):
        self._execution = execution
        self._directory = os.path.abspath(directory)
        self._folder = os.path.abspath(spool) if spool else os.path.join(self._directory, "spool")
        self._sync = durability == "sync"
        self._lock = threading.RLock()
        self._file = None
        self._segment = 0
        self._position = self._written = self._checked = 0
        self._looked_at = 0.0
        self._sequence = 0
        self._lost = [0, 0]
        self._counts = dict(statements=0, rows=0, lost=0, bytes_written=0)
        self._series = []
        self._announced = set()
        self._rows = bytearray()
        self._first_row = 0.0
        self._wake = threading.Event()
        self._clock = None
        self._closed = False

    def statements(self, statements):
        with self._lock:
            self._write_rows()
            self._write_statements(statements)

    def series(self, series, name, activity):
        with self._lock:
            self._series.append(dict(id=series, name=name, activity=activity))
            return len(self._series) - 1

    def row(self, series, step, value, when):
        with self._lock:
            if self._closed:
                self._lose(0, 1)
                return
            if not self._rows:
                self._first_row = time.monotonic()
                self._arm()
            self._rows += _ROW.pack(series, step, value, when)
            if len(self._rows) >= _MOST_ROWS * _ROW.size or time.monotonic() - self._first_row >= _ROW_DELAY_SECONDS:
                self._write_rows()

    def flush(self):
        with self._lock:
            self._write_rows()
            if self._file is not None:
                os.fsync(self._file)

    def close(self):
        with self._lock:
            if self._closed:
                return
            self._write_rows()
            self._drop_rows()
            self._seal("close")
            self._closed = True
            self._wake.set()

    def abandon(self):
        """In a forked child: the file is the parent's, and its lock may be held for ever."""
        self._lock = threading.RLock()
        self._closed, self._rows, self._file = True, bytearray(), None

    def stats(self):
        with self._lock:
            rows = self._counts["rows"] + len(self._rows) // _ROW.size
            return dict(self._counts, rows=rows)

    def _arm(self):
        """Rows are with the system 50 ms after they were logged, whatever the program does meanwhile."""
        if self._clock is None:
            self._clock = threading.Thread(target=self._tick, name="provml-rows", daemon=True)
            self._clock.start()
        self._wake.set()

    def _tick(self):
        while not self._closed:
            self._wake.wait()
            self._wake.clear()
            time.sleep(_ROW_DELAY_SECONDS)
            with self._lock:
                _guard(self._write_rows)

    def _write_rows(self):
        count = len(self._rows) // _ROW.size
        if count == 0:
            return
        try:
            self._ready(len(self._rows))
            numbers = {int(_ROW.unpack_from(self._rows, at)[0]) for at in range(0, len(self._rows), _ROW.size)}
            for number in sorted(numbers - self._announced):
                self._append(3, json.dumps(dict(self._series[number], number=number)).encode(), 0)
                self._announced.add(number)
            self._append(2, bytes(self._rows), count)
            self._counts["rows"] += count
            self._rows = bytearray()
        except OSError as error:
            _report(error)
            if count >= _MOST_ROWS:
                self._drop_rows()

    def _drop_rows(self):
        count = len(self._rows) // _ROW.size
        self._rows = bytearray()
        if count:
            self._lose(0, count)

    def _write_statements(self, statements):
        payload = json.dumps(statements, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")
        if len(payload) > _FRAME_BYTES and len(statements) > 1:
            middle = len(statements) // 2
            self._write_statements(statements[:middle])
            self._write_statements(statements[middle:])
            return
        try:
            if self._closed or len(payload) > _FRAME_BYTES:
                raise OSError(errno.EFBIG, "a statement is longer than a frame, or recording has ended")
            self._ready(len(payload))
            self._append(1, payload, len(statements))
            if self._sync:
                os.fsync(self._file)
            self._counts["statements"] += len(statements)
        except OSError as error:
            _report(error)
            self._lose(len(statements), 0)

    def _leave_gone(self):
        """A file that somebody took away who declared this process dead holds nothing that is written into it."""
        if self._file is None or time.monotonic() - self._looked_at < 1.0:
            return
        self._looked_at = time.monotonic()
        if os.fstat(self._file).st_nlink == 0:
            os.close(self._file)
            self._file = None
            self._segment += 1

    def _ready(self, size):
        self._leave_gone()
        if self._file is not None and self._position + size > _SEGMENT_BYTES:
            self._seal("rotate")
        if self._file is None:
            self._open()
        if self._written - self._checked >= _FRAME_BYTES or self._written == 0:
            self._checked = self._written
            disk = os.statvfs(self._folder) if hasattr(os, "statvfs") else None
            if disk and disk.f_bavail * disk.f_frsize < _FREE_BYTES:
                raise OSError(errno.ENOSPC, "less than 64 MiB of the disk are free")
        if self._written > _SPOOL_BYTES:
            raise OSError(errno.ENOSPC, "this writer's spool has reached its bound of 10 GiB")

    def _open(self):
        _make_directory(self._directory)
        _make_folder(self._folder)
        self._seed = int.from_bytes(os.urandom(4), "little")
        self._path = os.path.join(self._folder, "%s-%d" % (self._execution.writer, self._segment))
        header = json.dumps(self._header()).encode()
        self._block = 4096 * -(-2 * (64 + len(header)) // 4096)
        fixed = b"PROVML\0\1" + struct.pack("<III", self._seed, self._block, len(header))
        check = struct.pack("<I", zlib.crc32(header, zlib.crc32(fixed, self._seed)))
        copy = (fixed + check + self._status() + header).ljust(self._block // 2, b"\0")
        file = _new_file(self._path + ".open", os.O_RDWR)
        try:
            _write_all(file, copy * 2, 0)
        except OSError:
            os.close(file)
            os.unlink(self._path + ".open")
            raise
        self._file, self._position = file, self._block
        self._announced = set()
        self._counts["bytes_written"] += self._block
        if self._sync:
            os.fsync(file)
            _sync_folder(self._folder)

    def _header(self):
        execution = self._execution
        header = dict(
            format=1, writer=execution.writer, segment=self._segment, sequence=self._sequence, execution=execution.uuid,
            base=execution.base, root=execution.root_directory, createdAt=_now(), host=socket.gethostname(), pid=os.getpid(),
            recorder="provml-python %s" % __version__, byteOrder="LE" if sys.byteorder == "little" else "BE",
        )
        return dict(header, **_process_identity())

    def _append(self, kind, payload, count):
        head = struct.pack("<4sIIIdI", b"\xf5PF\xfa", kind, len(payload), count, self._sequence, zlib.crc32(payload, self._seed))
        frame = head + struct.pack("<I", zlib.crc32(head, self._seed)) + payload
        try:
            _write_all(self._file, frame, self._position)
        except OSError:
            try:
                os.ftruncate(self._file, self._position)
            except OSError:
                pass  # the next frame overwrites the fragment
            raise
        self._position += len(frame)
        self._written += len(frame)
        self._counts["bytes_written"] += len(frame)
        self._sequence += count

    def _lose(self, statements, rows):
        """What is lost uses up its numbers, so that the gap shows, and is counted in the segment's header."""
        self._sequence += statements + rows
        self._counts["lost"] += statements + rows
        self._lost[0] += statements
        self._lost[1] += rows
        if self._file is not None:
            self._write_status()

    def _status(self, end_offset=0, end_sequence=0, ending=0):
        counts = struct.pack("<ddddI", self._lost[0], self._lost[1], end_offset, end_sequence, ending)
        return counts + struct.pack("<I", zlib.crc32(counts, self._seed))

    def _write_status(self, *ending):
        try:
            for half in (0, self._block // 2):
                os.pwrite(self._file, self._status(*ending), half + 24)
        except OSError as error:
            _report(error)

    def _seal(self, reason):
        if self._file is None:
            return
        try:
            self._append(4, json.dumps(dict(reason=reason)).encode(), 0)
        except OSError as error:
            _report(error)  # the status alone says then how the segment ended
        self._write_status(self._position, self._sequence, 1 if reason == "rotate" else 2)
        self._lost = [0, 0]
        try:
            if self._sync:
                os.fsync(self._file)
            os.close(self._file)
            os.rename(self._path + ".open", self._path + ".seg")
            if self._sync:
                _sync_folder(self._folder)
        except OSError as error:
            _report(error)
        self._file = None
        self._segment += 1


def _is_shared():
    """Whether the group may read and write too (PROVML_SHARED=group), whatever the umask."""
    return os.environ.get("PROVML_SHARED") == "group"


def _new_file(path, access):
    file = os.open(path, access | os.O_CREAT | os.O_EXCL, 0o600)
    if _is_shared():
        os.fchmod(file, 0o660)
    return file


def _make_folder(path):
    if os.path.isdir(path):
        return
    _make_folder(os.path.dirname(path))
    try:
        os.mkdir(path, 0o700)
        if _is_shared():
            os.chmod(path, 0o2770)
    except FileExistsError:
        pass  # another process made it meanwhile


def _write_all(file, data, position):
    view = memoryview(data)
    while view:
        written = os.pwrite(file, view, position)
        if written == 0:
            raise OSError(errno.ENOSPC, "the disk takes no more bytes")
        view, position = view[written:], position + written


def _sync_folder(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _process_identity():
    found = {}
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            found["bootId"] = file.read().strip()
        found["pidNamespace"] = os.readlink("/proc/self/ns/pid")
        with open("/proc/self/stat") as file:
            stat = file.read()
        if int(stat.split(" ", 1)[0]) == os.getpid():  # a /proc of another namespace has another number
            found["processStart"] = stat[stat.rindex(")") + 2:].split(" ")[19]
    except (OSError, ValueError, IndexError):
        pass
    return found


def _find_directory():
    existing = _upwards(os.getcwd(), (".provml",))
    if existing:
        return existing
    beside = _upwards(os.getcwd(), ("pyproject.toml", "setup.py", "package.json", ".git"))
    return os.path.join(os.path.dirname(beside), ".provml") if beside else os.path.abspath(".provml")


def _make_directory(directory):
    marker = os.path.join(directory, "provml.json")
    if os.path.exists(marker):
        with open(marker) as file:
            version = json.load(file).get("format")
        if version != 1:
            raise OSError(errno.EINVAL, "%s was made by another version of provml (format %r)" % (directory, version))
    elif os.path.isdir(directory):
        other = [n for n in os.listdir(directory) if not re.match(r"^(spool|graph|series|quarantine|plans|\.gitignore.*|provml\.json.*)$", n)]
        if other:
            raise OSError(errno.EEXIST, "%s holds what provml did not make (%s)" % (directory, other[0]))
    for name in ("", "spool", "graph", "series", "quarantine"):
        _make_folder(os.path.join(directory, name))
    for name, text in ((".gitignore", "*\n"), ("provml.json", '{"format":1}\n')):
        path = os.path.join(directory, name)
        if not os.path.exists(path):
            draft = "%s.%s" % (path, os.urandom(6).hex())
            with os.fdopen(_new_file(draft, os.O_WRONLY), "w") as file:
                file.write(text)
            os.rename(draft, path)


# ------------------------------------------------------------------------------------------------------------- values

_LONGEST_STRING, _MOST_VALUES, _DEEPEST = 256, 100, 4
_DIGEST_AT_CAPTURE_BYTES = 1024 * 1024
_REDACTED = "[redacted]"
_MEDIA_TYPES = dict(
    csv="text/csv", tsv="text/tab-separated-values", txt="text/plain", json="application/json",
    jsonl="application/x-ndjson", parquet="application/vnd.apache.parquet", yaml="application/yaml",
    yml="application/yaml", png="image/png", jpg="image/jpeg", jpeg="image/jpeg", zip="application/zip",
    gz="application/gzip",
)


def _omitted(what):
    return {"value": what, "type": "provml:Omitted"}


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) or _is_numpy_scalar(value)


def _is_numpy_scalar(value):
    return hasattr(value, "dtype") and hasattr(value, "item") and getattr(value, "shape", None) == ()


def _number(value):
    """A float for a row: of tensors with one element their item; NaN for what is no number."""
    try:
        return float(value)
    except Exception:  # a tensor of many elements, a text, an object of the program's
        return math.nan


def _json_number(value):
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _scalar(value, name):
    """A value as frames hold it; None when it is none (objects, lists)."""
    if _is_numpy_scalar(value):
        try:
            value = value.item()
        except Exception:
            return None
    if value is None:
        return {"name": "rdf:nil"}
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if _is_secret(name):
            return _REDACTED
        return value if abs(value) <= 2 ** 53 else {"value": str(value), "type": "xsd:integer"} if value.bit_length() <= 1024 else _omitted("bigint")
    if isinstance(value, float):
        if _is_secret(name):
            return _REDACTED
        if math.isfinite(value) and not (value == 0 and math.copysign(1, value) < 0):
            return value
        text = "NaN" if math.isnan(value) else "-0.0E0" if value == 0 else "INF" if value > 0 else "-INF"
        return {"value": text, "type": "xsd:double"}
    if isinstance(value, str):
        if _is_secret(name) or _is_secret_text(name):
            return _REDACTED
        return _redact(_well_formed(value)) if len(value) <= _LONGEST_STRING else _omitted("string(%d)" % len(value))
    return None


def _well_formed(text):
    return text.encode("utf-8", "replace").decode()


def _is_values(value):
    if isinstance(value, dict):
        return not _is_big(value)
    return isinstance(value, (list, tuple)) and len(value) <= _MOST_VALUES and all(_scalar(v, "") is not None for v in value)


def _is_big(value):
    return len(value) > _MOST_VALUES or any(_scalar(v, "") is None and not _is_values(v) for v in value.values())


def _flatten(values, path, into, depth):
    for key, value in values.items():
        name = _clean_name(("%s.%s" % (path, key) if path else _well_formed(str(key)))[: 4 * _LONGEST_STRING])[:_LONGEST_STRING]
        if len(into) >= _MOST_VALUES:
            into["…"] = _omitted("more values")
            return
        scalar = _scalar(value, name)
        if scalar is not None:
            into[name] = scalar
        elif isinstance(value, dict) and depth < _DEEPEST:
            _flatten(value, name, into, depth + 1)
        elif isinstance(value, (list, tuple)):
            plain = [_REDACTED for _ in value] if _is_secret(name) or _is_secret_text(name) else _clean_list(list(value[:_MOST_VALUES]))
            try:
                text = json.dumps(plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
            except (TypeError, ValueError):
                text = None
            if text is None or len(text) > _LONGEST_STRING or len(value) > _MOST_VALUES:
                into[name] = _omitted("list(%d)" % len(value))
            else:
                into[name] = {"value": _well_formed(text), "type": "rdf:JSON"}
        else:
            into[name] = _omitted(type(value).__name__[:100])


def _clean_list(values):
    """Where one is a flag, the list may be a command line, whose secrets stand behind their flags."""
    is_command = any(isinstance(v, str) and v.startswith("-") for v in values)
    clean = _redact_arguments([str(v) for v in values]) if is_command else [_redact(v) if isinstance(v, str) else v for v in values]
    return [c if isinstance(v, str) or c == _REDACTED else v for v, c in zip(values, clean)]


def _shape(thing):
    """What can be said of an object without looking into it: type, shape, element type."""
    attributes = [["provml:valueType", type(thing).__name__[:100]]]
    try:
        shape = getattr(thing, "shape", None)
        if shape is None and isinstance(thing, (list, tuple, dict, set, bytes, bytearray)):
            shape = [len(thing)]
        if shape is not None:
            numbers = [int(n) for n in shape]
            if len(numbers) <= 16:
                attributes.append(["provml:shape", json.dumps(numbers, separators=(",", ":"))])
        dtype = getattr(thing, "dtype", None)
        if dtype is not None and len(str(dtype)) < 32:
            attributes.append(["provml:elementType", str(dtype).replace("torch.", "")])
    except Exception:
        pass  # a property of the program's that raises
    return attributes


def _is_place(thing):
    return isinstance(thing, (str, os.PathLike))


def _is_remote(text):
    return re.match(r"^[a-z][a-z0-9+.-]+://", text, re.I) is not None and not text.lower().startswith("file://")


def _place_name(thing):
    text = os.fspath(thing)
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    return _remote_name(text) if _is_remote(text) else os.path.realpath(text)


# A URI in its parts; of hf://org/name@revision the part before @ is no user.
_URI = re.compile(r"^([a-z][a-z0-9+.-]+)://(?:((?:[^/?#@:]*:(?![0-9]*/)[^?#]*|[^/?#]*))@)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$", re.I | re.S)
_SIGNATURE = re.compile(
    r"^(x-(amz|goog|oss|cos|obs|ms)-.*|sig|signature|awsaccesskeyid|googleaccessid|ossaccesskeyid|key-pair-id|policy|q-signature)$", re.I
)
_VERSION_PARAMETERS = frozenset(("versionid", "generation", "snapshot", "versioningid"))
_SECRET_PARAMETER = re.compile(r"token|secret|password|signature|credential|^(sig|key|api_?key|auth)$", re.I)


def _remote_name(uri):
    """A remote thing's name without user, password and what signs the URL, as for Node: two signed URLs of one thing are one name."""
    match = _URI.match(uri)
    if not match:
        return _redact(uri)
    scheme, user, path, query, fragment = match.groups()
    is_user = user is not None and (scheme.lower() != "hf" or ":" in user)
    place = path if user is None or is_user else "%s@%s" % (user, path)
    kept = _kept_parameters(query)
    anchor = _kept_parameters(fragment) if fragment is None or re.search(r"[=&]", fragment) else fragment
    return "%s://%s" % (scheme, _redact(place + ("?" + kept if kept else "") + ("#" + anchor if anchor else "")))


def _kept_parameters(query):
    names = [(one, one.split("=", 1)[0]) for one in query.split("&")] if query else []
    if any(_SIGNATURE.match(name) for _, name in names):
        return "&".join(one for one, name in names if name.lower() in _VERSION_PARAMETERS)
    is_secret = lambda name: _is_secret(urllib.parse.unquote(name)) or _is_secret_text(urllib.parse.unquote(name))
    return "&".join(one for one, name in names if not (is_secret(name) or _SECRET_PARAMETER.search(name)))


def _below(root, path):
    try:
        below = os.path.relpath(path, os.path.realpath(root))
    except ValueError:  # another drive
        return path
    return path if below.startswith("..") or below == "." else below.replace(os.sep, "/")


def _file_state(path):
    try:
        stat = os.stat(path)
    except (OSError, ValueError):
        return None
    return _state_of(stat) if (stat.st_mode & 0o170000) == 0o100000 else None


def _state_of(stat):
    milliseconds = lambda ns: (ns // 10 ** 9) * 1000 + (ns % 10 ** 9) / 1e6
    return dict(size=stat.st_size, mtimeMs=milliseconds(stat.st_mtime_ns), ctimeMs=milliseconds(stat.st_ctime_ns), inode=stat.st_ino)


def _digest(path, state):
    try:
        with open(path, "rb") as file:
            digest = hashlib.sha256()
            for piece in iter(lambda: file.read(_DIGEST_AT_CAPTURE_BYTES), b""):
                digest.update(piece)
            return digest.hexdigest() if _state_of(os.fstat(file.fileno())) == state else None
    except OSError:
        return None


# ------------------------------------------------------------------------------------------------------------ secrets

# The same tables as src/capture/secret-shapes.ts; a test holds both against the same examples.
_SECRET_WORDS = frozenset("password passwd passphrase passcode pwd secret credential apikey authorization cookie jwt".split())
_SECRET_PAIRS = re.compile(
    r"(api|access|account|private|secret|signing|encryption|session|master|hmac|deploy|ssh|auth|wandb|openai|aws|azure|hf|comet|neptune)_?keys?(_|$)"
)
_SECRET_ENDING = re.compile(r"(?:password|passwd|passphrase|secret)s?$")
_LAST_WORDS = frozenset("token authtoken accesstoken pass".split())
_AFTER_WORDS = "value string old new prod staging dev live backup read write".split()
_SECRET_LISTS = re.compile(r"(?:^|_)(?:api|access|auth|bearer|refresh|hf|github|gitlab|npm|wandb|openai)_?tokens$")
_KEY = re.compile(r"(?<![A-Za-z0-9])(?:%s)" % "|".join((
    r"(?:sk|rk|pk)[-_](?:(?:live|test|proj|ant|svcacct|admin|or|lf)[-_][\w-]{16,}|[A-Za-z0-9]{20,})",
    r"(?:gh[oprsu]|hf|npm|gsk|r8|whsec|glsa|ntn|rpa)_[A-Za-z0-9]{16,}",
    r"github_pat_\w{16,}",
    r"gl(?:pat|dt|rt|cbt|ptt|ft|agent|oas)-[\w.-]{16,}",
    r"pypi-[\w-]{16,}",
    r"(?:xox[a-z]|xapp|nvapi|pplx|xai|tvly)-[\w-]{16,}",
    r"(?:dop_v1|shpat|dckr_pat|lin_api|wandb_v1|lsv2_[ps][tk])_[\w-]{16,}",
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])",
    r"(?:AIza|ya29\.|GOCSPX-)[\w-]{20,}",
    r"hv[bsr]\.[\w-]{20,}",
    r"SG\.[\w-]{16,}\.[\w-]{16,}",
    r"dapi[a-f0-9]{32}",
    r"AGE-SECRET-KEY-1[A-Z0-9]{16,}",
    r"[0-9]{8,10}:AA[\w-]{33}",
    r"eyJ(?:[A-Za-z0-9]|[_-](?!eyJ)){8,16384}\.[\w-]{8,}(?:\.[\w-]*){0,3}",
)), re.A)
_WORDS_TOLD = (
    r"pass(?:word|wd|phrase|code)|pwd|secret|credentials?|authorization|"
    r"(?:api|access|account|private|secret|signing|encryption|session|master|auth|wandb)[ _-]?key"
)
_AFTER = r"(?:[-_]?(?:\d{1,8}|%s)){0,2}" % "|".join(_AFTER_WORDS)
_TOLD = "(?:%s|token)%s" % (_WORDS_TOLD, _AFTER)
_FLAG_WORDS = _WORDS_TOLD + "|(?:hmac|deploy|ssh|openai|aws|azure|hf|comet|neptune)[_-]?key"
# The tokens of a language: how many, or which.
_OF_LANGUAGE = (
    r"(?:[\w.-]{0,60}[._-])?(?:max|min|num|n|new|total|special|stop|pad|bos|eos|unk|mask|bad|added|extra|suppress|prompt|image)[_-]?tokens"
)
_NUMBER = r"[-+]?\d[\d_.]{0,24}(?:e[-+]?\d{1,3})?[kmbgt]?"
# What stands between a flag and its value: a blank, "=", or the comma of a list, with the quote that ends the flag.
_APART = r"""\\?["']?(?:,?\s+|=|,(?=\\?["']))"""
_FLAG = (
    r"(?:[\w-]{0,60}(?:(?:%s)(?!ary|less)[\w-]*|token%s)|(?:[\w-]{0,60}[-_])?(?:pass|jwt|cookies?)%s" % (_FLAG_WORDS, _AFTER, _AFTER)
    + r"""|(?!%s)[\w-]{0,60}tokens(?!%s\\?["']?%s(?:[\s"',;)\]}\\]|\Z)))""" % (_OF_LANGUAGE, _APART, _NUMBER)
)
# A value to the quote, the second group, with which it began.
_TO_QUOTE = r"(?!\[redacted\](?:\2|\Z))(?:(?!\2)(?:\\[\s\S]|[^\\]))+"
_BEFORE = r"""(?:^|[\s"'\[,(])"""


def _value_to(ends, least):
    """A value up to what ends it. What was replaced stays, unless more of a value follows it at once: that may be the secret."""
    return r"""(?:(?:\[redacted\])+(?!\[redacted\]|\\["'])[^%s]+|(?!\[redacted\])[^%s]{%d,})""" % (ends, ends, least)


_ENDS = r"""\s"',;)\]}"""


def _tellings_of(name, flag, least):
    """The ways in which text tells the value of a name, in quotes and plainly, and behind a flag so; the first group stays."""
    return [
        re.compile(pattern, re.A | re.I)
        for pattern in (
            r"""(%s\\?["']?\s*[=:]\s*(\\?["']))%s""" % (name, _TO_QUOTE),
            r"""(%s\\?["']?\s*[=:]\s*)(?!\\?["'])(?:(?:Bearer|Basic|Digest|token)\s+)?%s""" % (name, _value_to(_ENDS + "&", least)),
            r"""(%s--?%s%s(\\?["']))(?!--)%s""" % (_BEFORE, flag, _APART, _TO_QUOTE),
            r"""(%s--?%s%s)(?!-|\\["'])%s""" % (_BEFORE, flag, _APART, _value_to(_ENDS, 1)),
        )
    ]


_QUOTED, _PLAIN, *_FLAGGED = _tellings_of(_TOLD, _FLAG, 4)
_LOGIN_FLAGS = _BEFORE + r"""(?:-u|--(?:user|userpwd|proxy-user|login|auth|basic-auth))\\?["']?(?:,?\s+|\s*=\s*|,(?=\\?["']))"""
_LOGIN_NAME = r"""(?!-)[^\s:"'=\\][^\s:"']{0,255}:"""
# Ways in which text tells a secret; the first group stays.
_TELLINGS = [
    pattern if isinstance(pattern, re.Pattern) else re.compile(pattern, re.A | re.I)
    for pattern in (
        _QUOTED,
        r"""(authorization\\?["']?\s*:\s*)(?!\s|\[redacted\](?:\\?["']|[\r\n]|\Z))(?:\\(?!["'])|[^\r\n"'\\]){4,}""",
        _PLAIN,
        *_FLAGGED,
        r"""(%s(\\?["'])%s)(?!//|\d+(?:[\s"',;)\]}\\]|\Z))%s""" % (_LOGIN_FLAGS, _LOGIN_NAME, _TO_QUOTE),
        r"""(%s%s)(?!//|\d+(?:[\s"',;)\]}\\]|\Z)|\[redacted\](?:[\s"']|\Z))[^\s"']+""" % (_LOGIN_FLAGS, _LOGIN_NAME),
        r"""((?:set-)?cookie["']?\s*:\s*["']?)(?![\s"']|\[redacted\](?:[\r\n"']|\Z))[^\r\n"']{4,}""",
        r"(\blogin\s+\S+\s+password\s+)(?!\[redacted\](?:\s|\Z))\S+",
        r"()\b(?:Bearer|Basic)\s+(?=[\w+/=.-]*[0-9=.]|[\w+/-]{20})[\w+/=.-]{12,}",
        r"()-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
        re.compile(r"()[\w~.-]{3}[0-9]Q~[\w~.-]{31,}", re.A),
        r"(hooks\.slack\.com/(?:services|workflows|triggers)/)[\w/-]+",
        r"(discord(?:app)?\.com/api/webhooks/[0-9]+/)[\w-]+",
    )
]
_URL_TELLINGS = [
    re.compile(pattern, re.A | re.I)
    for pattern in (
        r"""(\b[a-z][a-z0-9+.-]{0,30}://)(?!\[redacted\]@)(?:[^\s/?#@:]*:(?![0-9]*(?:[/?#\s"']|\Z))(?=[^\s"'<>@]{0,2048}@)[^\s"'<>]{0,2048}|[^\s/?#]+)(?=@(?!sha(?:256|384|512):[a-f0-9]{32}))""",
        r"""((?:[?&#;](?:[\w.-]{0,60}(?:token|secret|password|passwd|signature|credential|accesskeyid)|sig|key|api_?key|pass|pwd|auth|jwt)|^sig)=)"""
        r"""(?!\[redacted\](?:[&\s#;"']|\Z))[^&\s#;"']+""",
    )
]


class _Rules:
    """What a program adds and allows (docs/configuration.md, "Secrets")."""

    def __init__(self):
        self.names, self.forms, self.allowed_names, self.allowed_forms, self.tellings, self.given = [], [], [], [], [], set()

    def add(self, rules):
        for rule in rules:
            if rule in self.given:
                continue
            kind, made, tellings = _rule(rule)
            self.given.add(rule)
            getattr(self, kind).append(made)
            self.tellings.extend(tellings)
        _is_secret.cache_clear()
        _is_secret_text.cache_clear()


def _rule(rule):
    """One rule as what it is and its expression; raises ValueError where it is none."""
    if not isinstance(rule, str) or re.search(r"\s", rule):
        raise ValueError("a rule is a text without blanks")
    is_allowed = rule.startswith("!")
    text = rule[1:] if is_allowed else rule
    form = re.match(r"^/(.+)/([ims]*)$", text)
    if form:
        try:
            made = re.compile(form.group(1), sum(getattr(re, letter.upper()) for letter in set(form.group(2))))
        except re.error as error:
            raise ValueError(str(error))
        if made.search(""):
            raise ValueError("it matches everything")
        return "allowed_forms" if is_allowed else "forms", made, []
    if not re.match(r"^[\w.$*-]+$", text, re.A) or not re.search(r"[A-Za-z0-9]", text):
        raise ValueError("it is neither a name nor a form")
    words = "_".join(_words(re.sub(r"\*+", "\u2605", text)))
    made = re.compile("^%s$" % words.replace("\u2605", "[a-z0-9_]*"))
    if is_allowed:
        return "allowed_names", made, []
    # In text nothing need stand before a name that begins with a star, and a star means no more than 60 letters: both keep long texts cheap.
    source = lambda text: text.replace("_", "[ ._-]?").replace("\u2605", r"[\w-]{0,60}")
    name = source(words[1:]) if words.startswith("\u2605") else r"(?<!\w)" + source(words)
    return "names", made, _tellings_of(name, source(words), 1)


def _words(name):
    return re.split(r"[^a-z0-9\u2605]+", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower())


def _letters(name):
    return re.findall(r"[a-z]+", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower())


def _is_one(rules, name):
    words = "_".join(_words(name))
    return any(rule.match(words) for rule in rules)


def _any_name(rules, name):
    return bool(rules) and any(_is_one(rules, part) for part in [name] + name.split("."))


def _without_allowed(name):
    if not _rules.allowed_names:
        return name
    if _is_one(_rules.allowed_names, name):
        return ""
    return ".".join(part for part in name.split(".") if not _is_one(_rules.allowed_names, part))


@functools.lru_cache(10000)
def _is_secret(name):
    if _clean_name(name) != name or _any_name(_rules.names, name):
        return True
    words = _letters(_without_allowed(name))
    return any(w in _SECRET_WORDS or re.sub(r"s$", "", w) in _SECRET_WORDS for w in words) or bool(_SECRET_PAIRS.search("_".join(words)))


@functools.lru_cache(10000)
def _is_secret_text(name):
    name = _without_allowed(name)
    words = _letters(name)
    last = next((word for word in reversed(words) if word not in _AFTER_WORDS), "")
    if last in _LAST_WORDS or any(map(_SECRET_ENDING.search, words)) or _SECRET_LISTS.search("_".join(words)):
        return True
    return name.lower() in ("key", "keys", "tokens")


_rules = _Rules()


def _clean_name(name):
    """A name of a step, series or value: keys and what URLs hold are replaced, and nothing that words may mean."""
    return name if len(name) < 8 and not _rules.forms else _settled(name, _cleaned_once)


def _clean_statement(statement):
    """What a statement says in names and labels, of which many come from the program, without keys."""
    attributes = statement.get("attributes")
    if not attributes:
        return statement
    return dict(statement, attributes=[[name, _clean_name(value) if isinstance(value, str) else value] for name, value in attributes])


def _redact(text):
    """The text with everything that looks secret replaced; what is clean stays as it is."""
    return text if len(text) < 8 and not _rules.forms else _settled(text, _redacted_once)


def _settled(text, once):
    for _ in range(8):
        clean = once(text)
        if clean == text:
            break
        text = clean
    return text


def _cleaned_once(text):
    hide = lambda match: match.group() if _is_allowed_form(match.group()) else _REDACTED
    text = _KEY.sub(hide, text)
    for form in _rules.forms:
        text = form.sub(hide, text)
    for pattern in _URL_TELLINGS:
        text = pattern.sub(_keep_name, text)
    return text


def _redacted_once(text):
    for pattern in _TELLINGS + _rules.tellings:
        text = pattern.sub(_keep_name, text)
    return _cleaned_once(text)


def _keep_name(match):
    name = match.group(1)
    if _is_allowed_form(match.group()[len(name):]):
        return match.group()
    if _rules.allowed_names:
        end = match.start() + len(name)
        word = re.search(r"([\w.-]+)\W*$", match.string[max(0, end - 256) : end], re.A)
        if word and _any_name(_rules.allowed_names, word.group(1).lstrip("-")):
            return match.group()
    return name + _REDACTED


def _is_allowed_form(text):
    return any(form.search(text) for form in _rules.allowed_forms)


_LOGIN_FLAG = re.compile(r"^(-u|--(user|userpwd|proxy-user|login|auth|basic-auth))$", re.I)
_LOGIN = re.compile(r"(^|=)([\w.+-]{1,256}):[^\s/@]{1,2048}@(?!sha(?:256|384|512):[a-f0-9]{32})(?=[\w.-])", re.A | re.I)
_COUNTED = re.compile(r"^(?!%s\Z)[\w.-]*tokens\Z" % _OF_LANGUAGE, re.A | re.I)
_COUNT = re.compile(r"^%s(?:,|\Z)" % _NUMBER, re.A | re.I)


def _redact_arguments(words):
    """A command line with the values of secret-looking flags and variables (--token x, --token=x, API_KEY=x) replaced, and what looks secret anywhere."""
    found, before = [], ""
    for word in words:
        given = re.match(r"^(-*[A-Za-z_][\w.-]*)=(.*)$", word, re.A | re.S)
        flag = given.group(1) if given else word
        is_flag = re.match(r"^-+[A-Za-z][\w.-]*$", flag, re.A) is not None
        previous, before = before, word if is_flag and not given else ""
        if given and _is_secret_value(flag, given.group(2)):
            found.append("%s=%s" % (flag, _REDACTED))
        elif previous and _is_secret_value(previous, word) and not word.startswith("--"):
            found.append(_REDACTED)
        else:
            found.append(_LOGIN.sub(lambda match: "%s%s:%s@" % (match.group(1), match.group(2), _REDACTED), _redact(word)))
    return found


def _is_secret_value(flag, value):
    if _LOGIN_FLAG.match(flag) and ":" in value:
        return True
    name = flag.lstrip("-")
    if _is_secret(name):
        return True
    return not _COUNT.match(value) if _COUNTED.match(_without_allowed(name)) else _is_secret_text(name)


def _command():
    words = [os.path.basename(sys.executable or "python")]
    words += [os.path.basename(word) for word in sys.argv[:1]] + _redact_arguments(sys.argv[1:])
    shown = [word if re.match(r"^[\w./:=@,+-]+$", word) else json.dumps(word) for word in words]
    return _well_formed(" ".join(shown))[:2000]


# -------------------------------------------------------------------------------------------------------------- names


def _definition(kind, name):
    """The name of a thing that is named after an outside text, the same in every execution and language."""
    text = _well_formed(_clean_name(str(name)))
    units = text.encode("utf-16-le")
    if len(units) <= 240:
        return "id:%s.%s" % (kind, _escape(text))
    head = units[:240].decode("utf-16-le", "replace")
    return "id:%s.%s_%s" % (kind, _escape(head), hashlib.sha256(text.encode()).hexdigest())


def _escape(text):
    return re.sub(r"\.$", "%2E", urllib.parse.quote(text, safe="-_.").replace("~", "%7E"))


def _new_writer():
    digits = "0123456789abcdefghijklmnopqrstuv"
    return "w" + "".join(digits[byte & 31] for byte in os.urandom(12))


def _uuid7():
    value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return str(uuid.UUID(int=value))


_EXECUTION = re.compile(r"^(?:.*[/#])?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/execution)?$")


def _execution_id(text):
    if not text:
        return None
    return _EXECUTION.match(text).group(1)


def _user():
    try:
        return getpass.getuser()
    except Exception:
        return "unknown"  # a container may have no entry for its user id


def _upwards(folder, names):
    folder = os.path.abspath(folder)
    while True:
        for name in names:
            if os.path.exists(os.path.join(folder, name)):
                return os.path.join(folder, name)
        if os.path.dirname(folder) == folder:
            return None
        folder = os.path.dirname(folder)


_EPOCH = time.time() * 1000 - time.perf_counter() * 1000


def _now():
    """Milliseconds since 1970, monotonic."""
    return _EPOCH + time.perf_counter() * 1000


# ---------------------------------------------------------------------------------------------------------- lifecycle

_DISABLED = os.environ.get("PROVML_DISABLED") in ("1", "true")


class _State:
    def __init__(self):
        self.options = {}
        self.execution = self.last_sink = self.last_fault = self.parent = None
        self.faults = 0
        self.ignored = set()
        self.retry_at = 0.0
        self.lock = threading.RLock()


class _Parent:
    """What a forked child knows of the execution that it is part of."""

    def __init__(self, uuid, around, run):
        self.uuid, self.around, self.run = uuid, around, run


_state = _State()
_IDLE = Step("activity", "nothing is recorded")


def _begun():
    """The execution, begun if need be. One that cannot begin costs the record, never the program."""
    if _DISABLED or _state.execution is not None:
        return _state.execution
    with _state.lock:
        if _state.execution is None and time.monotonic() >= _state.retry_at:
            _guard(_begin_execution)
            if _state.execution is None:
                _state.retry_at = time.monotonic() + 1
    return _state.execution


def _begin_execution():
    _state.execution = _Execution(_state.options, _state.parent)


def _end_execution():
    with _state.lock:
        execution, _state.execution = _state.execution, None
        if execution:
            execution.end()
            _state.last_sink = execution.sink


def _check_variables():
    """A variable that cannot work is told once; its default counts, because a record with a default says more than none."""
    allowed = dict(
        PROVML_DURABILITY=(r"^(os|sync)$", '"os" or "sync"'),
        PROVML_BASE=(r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*[/#]$", "an IRI that ends in / or #"),
        PROVML_EXECUTION=(_EXECUTION.pattern, "an execution's IRI, or its UUID in lower case"),
        PROVML_SHARED=(r"^group$", '"group"'),
        PROVML_DISABLED=(r"^(1|0|true|false)$", "1 or 0"),
    )
    for name, (pattern, what) in allowed.items():
        value = os.environ.get(name)
        if value and not re.match(pattern, value):
            warnings.warn("%s is %r; give %s. Its default counts" % (name, value, what), RuntimeWarning, stacklevel=2)
            _state.ignored.add(name)
    for rule in (os.environ.get("PROVML_SECRETS") or "").split():
        try:
            _rule(rule)
        except ValueError as error:
            warnings.warn("PROVML_SECRETS has %r, and %s. It does not count" % (rule, error), RuntimeWarning, stacklevel=2)
            _state.ignored.add(rule)


def _variable(name):
    return None if name in _state.ignored else os.environ.get(name) or None


def _guard(work):
    try:
        return work()
    except Exception as error:
        _report(error)
        return None


def _report(error):
    _state.faults += 1
    _state.last_fault = "%s: %s" % (type(error).__name__, error)


def _in_child():
    """A forked process writes files of its own; it is part of the execution and of the step in which it was forked."""
    execution, around = _state.execution, _current.get()
    options, ignored = _state.options, _state.ignored
    _state.__init__()
    _state.options, _state.ignored = options, ignored
    if execution is None:
        return
    execution.sink.abandon()
    step = around if around is not None and around._execution is execution else execution.root
    _state.parent = _Parent(execution.uuid, step.name, "in a run" if step.in_run else None)
    _current.set(None)
    finalizers = sys.modules.get("multiprocessing.util")
    if finalizers:  # its processes end without the handlers of atexit, and forget at their start who wants to know of the end
        finalizers.register_after_fork(_state, lambda _: finalizers.Finalize(None, close, exitpriority=0))


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
_check_variables()

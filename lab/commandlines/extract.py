"""Prints the options of the real servers' command lines as JSON, as their own parsers declare them.

    lab/.env/current/bin/python lab/commandlines/extract.py > like/tables/current.json
"""

import argparse
import json
import os

os.environ["COLUMNS"] = "80"
for name in ("WEB_CONCURRENCY", "PORT", "FORWARDED_ALLOW_IPS", "GUNICORN_CMD_ARGS"):
    os.environ.pop(name, None)


def of_uvicorn():
    import click
    import uvicorn

    options = []
    for p in uvicorn.main.params:
        if isinstance(p, click.Argument):
            continue
        kind = "value"
        if p.is_flag:
            kind = "toggle" if p.secondary_opts else "flag"
        elif p.multiple:
            kind = "list"
        row = {"names": p.opts, "kind": kind, "type": p.type.name, "param": p.name}
        if p.secondary_opts:
            row["off"] = p.secondary_opts
        if isinstance(p.type, click.Choice):
            row["choices"] = list(p.type.choices)
        options.append(row)
    argument = next(p for p in uvicorn.main.params if isinstance(p, click.Argument))
    # click adds --help to these when it parses.
    options.append({"names": ["--help"], "kind": "flag", "type": "boolean", "param": "help"})
    return {"options": options, "app_variable": argument.envvar or ""}


def of_argparse(parser):
    options = []
    for a in parser._actions:
        if not a.option_strings:
            continue
        kind = "value"
        if a.nargs == 0:
            kind = "flag"
        elif isinstance(a, argparse._AppendAction):
            kind = "list"
        elif a.nargs == "?":
            kind = "optional"
        row = {"names": a.option_strings, "kind": kind, "type": getattr(a.type, "__name__", "str"), "param": a.dest}
        options.append(row)
    return options


def of_gunicorn():
    from gunicorn.config import Config, KNOWN_SETTINGS

    parser = Config("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").parser()
    options = of_argparse(parser)
    validators = {k.name: getattr(k.validator, "__name__", "") for k in KNOWN_SETTINGS}
    for row in options:
        row["validator"] = validators.get(row["param"], "")
    return {"options": options, "usage": {"": parser.format_usage()}}


def of_hypercorn():
    import hypercorn.__main__ as program

    found = {}

    def parse(self, *args, **kwargs):
        found["parser"] = self
        raise KeyboardInterrupt

    argparse.ArgumentParser.parse_args = parse
    try:
        program.main(["x"])
    except KeyboardInterrupt:
        pass
    parser, usage = found["parser"], {}
    for key, prog in (("", "hypercorn"), ("-m", "__main__.py")):
        parser.prog = prog
        usage[key] = parser.format_usage()
    return {"options": of_argparse(parser), "usage": usage}


def of_waitress():
    from waitress import runner
    from waitress.adjustments import Adjustments, asbool

    options = [{"names": ["help"], "kind": "flag", "type": "", "param": "help"},
               {"names": ["call"], "kind": "flag", "type": "", "param": "call"}]
    for param, cast in Adjustments._params:
        name = param.replace("_", "-")
        row = {"names": [name], "kind": "value", "type": cast.__name__, "param": param}
        if cast is asbool:
            row.update(kind="toggle", off=["no-" + name])
        options.append(row)
    return {"options": options, "usage": {"": runner.HELP}}


def written(tables):
    """JSON with a line for each option, so that a difference between two versions can be read."""
    programs = []
    for name, table in tables.items():
        options = ",\n".join("  " + json.dumps(row) for row in table.pop("options"))
        rest = "".join(",\n %s: %s" % (json.dumps(key), json.dumps(value)) for key, value in table.items())
        programs.append('%s: {"options": [\n%s\n ]%s}' % (json.dumps(name), options, rest))
    return "{\n" + ",\n".join(programs) + "\n}"


print(written({"uvicorn": of_uvicorn(), "gunicorn": of_gunicorn(), "hypercorn": of_hypercorn(), "waitress-serve": of_waitress()}))

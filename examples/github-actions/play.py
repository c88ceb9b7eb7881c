"""Plays the run: steps of a workflow here, one after the other, as a runner on Linux does.

    play.py WORKFLOW JOB WORKSPACE

What is played: `run:` in bash -e -o pipefail with working-directory, $GITHUB_ENV, $GITHUB_PATH, $RUNNER_TEMP, and
`if: always()`. A step with `uses:` is named and left out: what it would bring must be there. Anything else that a step may have
is refused, so that nothing is believed to have been tried which was not. The exit code is 1 if a step has failed.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

SHELL = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"]


def play(workflow: Path, job: str, workspace: Path) -> bool:
    steps = yaml.safe_load(workflow.read_text())["jobs"][job]["steps"]
    good = True
    with tempfile.TemporaryDirectory() as temp:
        files = {name: Path(temp, name) for name in ("GITHUB_ENV", "GITHUB_PATH")}
        env = dict(os.environ, CI="true", GITHUB_ACTIONS="true", RUNNER_TEMP=temp, GITHUB_WORKSPACE=str(workspace))
        for step in steps:
            if "uses" in step:
                print(f"-- left out: {step['uses']}", flush=True)
                continue
            if unknown := step.keys() - {"name", "run", "working-directory", "if"}:
                raise SystemExit(f"play.py: unsupported: {', '.join(unknown)}")
            if step.get("if", "always()") != "always()" or "${{" in step["run"]:
                raise SystemExit(f"play.py: expressions are not supported, in step {step.get('name')!r}")
            if not good and "if" not in step:
                continue
            print(f"-- {job}: {step.get('name', step['run'])}", flush=True)
            for name, file in files.items():
                file.write_text("")
                env[name] = str(file)
            script = Path(temp, "script.sh")
            script.write_text(step["run"])
            code = subprocess.run([*SHELL, script], cwd=workspace / step.get("working-directory", "."), env=env, check=False).returncode
            if code != 0:
                print(f"-- {job}: FAILED with {code}", flush=True)
                good = False
            env.update(line.split("=", 1) for line in files["GITHUB_ENV"].read_text().splitlines())
            for folder in files["GITHUB_PATH"].read_text().splitlines():
                env["PATH"] = f"{folder}:{env['PATH']}"
    return good


if __name__ == "__main__":
    sys.exit(0 if play(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).resolve()) else 1)

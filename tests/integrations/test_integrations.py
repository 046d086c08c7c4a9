"""The files that other tools take from this repository, read and run by those tools.

LSCOMPAT names the built program (target/debug/lscompat). Nothing leaves this machine: GitHub is a server of a few lines.
"""

import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("LSCOMPAT", ROOT / "target/debug/lscompat")).resolve()
TOOLS = Path(sys.executable).parent
ACTION = ROOT / "tools/action"
CLEAN = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"
BROKEN = CLEAN + "  Other:\n    Type: AWS::SNS::Topic\n    DependsOn: Absent\n"
MARKER = "<!-- lscompat:review -->"


def run(*command, check=True, **options):
    """What a command printed and how it ended."""
    result = subprocess.run([str(it) for it in command], capture_output=True, text=True, **options)
    if check and result.returncode != 0:
        raise AssertionError(f"{command}: {result.returncode}\n{result.stdout}\n{result.stderr}")
    return result


class Folder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def git(self, *arguments, where=None):
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main"]
        return run("git", *identity, *arguments, cwd=where or self.folder)


class Files(Folder):
    def test_each_file_is_what_its_reader_takes(self):
        for name, options in {
            "action.yml": ["--builtin-schema", "vendor.github-actions"],
            "docs/ci/github.yml": ["--builtin-schema", "vendor.github-workflows"],
            "docs/ci/gitlab.yml": ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
        }.items():
            run(TOOLS / "check-jsonschema", *options, ROOT / name)
        run(TOOLS / "pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")

    def test_a_schema_notices_mistakes(self):
        action = (ROOT / "action.yml").read_text().replace("using: composite", "using: compost")
        path = self.write("action.yml", action)
        result = run(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-actions", path, check=False)
        self.assertEqual(result.returncode, 1)

    def test_inputs_and_steps_that_the_action_names_are_there(self):
        text = (ROOT / "action.yml").read_text()
        action = yaml.safe_load(text)
        self.assertEqual(set(re.findall(r"inputs\.([a-z-]+)", text)), set(action["inputs"]))
        steps = {it["id"] for it in action["runs"]["steps"] if "id" in it}
        self.assertLessEqual(set(re.findall(r"steps\.([a-z-]+)", text)), steps)
        for script in re.findall(r"\$GITHUB_ACTION_PATH/([a-z/]+)", text):
            self.assertTrue(os.access(ROOT / script, os.X_OK), script)

    def test_scripts_are_sound(self):
        scripts = [*ACTION.iterdir(), ROOT / "tools/package", ROOT / "tools/with-venv", ROOT / ".ci/run"]
        for step in yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]:
            if "run" in step:
                scripts.append(self.write(f"step-{len(scripts)}", "#!/usr/bin/env bash\n" + step["run"] + "\n"))
        run(TOOLS / "shellcheck", *scripts)

    def test_the_examples_run_commands_that_there_are(self):
        job = yaml.safe_load((ROOT / "docs/ci/gitlab.yml").read_text())["lscompat"]
        self.write("a.yaml", CLEAN)
        (self.folder / ".cargo/bin").mkdir(parents=True)
        (self.folder / ".cargo/bin/lscompat").symlink_to(PROGRAM)
        run("bash", "-e", "-c", "\n".join(job["script"]), cwd=self.folder)
        for report in job["artifacts"]["reports"].values():
            self.assertTrue((self.folder / report).stat().st_size, report)
        step = yaml.safe_load((ROOT / "docs/ci/github.yml").read_text())["jobs"]["lscompat"]["steps"][1]
        self.assertLessEqual(set(step["with"]), set(yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]))


class Action(Folder):
    """The steps of the action, in the environment that a runner gives them."""

    def setUp(self):
        super().setUp()
        self.project = self.folder / "project"
        self.project.mkdir()
        self.write("project/stacks/a.yaml", CLEAN)
        self.git("init", "-q", where=self.project)
        self.commit("first")
        files = {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary.md", "GITHUB_PATH": "path"}
        self.environment = os.environ | {key: str(self.folder / name) for key, name in files.items()}
        self.environment |= {"RUNNER_TEMP": str(self.folder / "temp"), "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
        for name in ("BASE", "PATHS", "ARGUMENTS", "FAIL_ON", "ANNOTATIONS", "VERSION"):
            self.environment.pop(name, None)

    def commit(self, subject):
        self.git("add", "-A", where=self.project)
        self.git("commit", "-q", "-m", subject, where=self.project)

    def step(self, name, where=None, check=True, **variables):
        return run(ACTION / name, cwd=where or self.project, env=self.environment | variables, check=check)

    def outputs(self):
        lines = (self.folder / "output").read_text().splitlines()
        return dict(it.split("=", 1) for it in lines)

    def test_a_push_is_checked(self):
        self.write("project/stacks/b.yaml", BROKEN)
        shown = self.step("run", PATHS="stacks\n\n", FAIL_ON="error").stdout
        self.assertIn("::error file=stacks/b.yaml,line=", shown)
        outputs = self.outputs()
        self.assertEqual(outputs["code"], "2", "the template has an error")
        self.assertEqual(json.loads(Path(outputs["sarif"]).read_text())["version"], "2.1.0")
        self.assertIn("LocalStack Compatibility Adjustments", (self.folder / "summary.md").read_text())

    def test_options_are_passed_on(self):
        shown = self.step("run", ARGUMENTS="--release 4.14 --plan community", ANNOTATIONS="false").stdout
        self.assertIn("Target: LocalStack 4.14 (community)", shown)
        self.assertEqual(self.outputs()["code"], "0")

    def test_a_pull_request_is_reviewed_in_a_shallow_checkout(self):
        for number in range(3):
            self.write("project/notes.txt", str(number))
            self.commit("more")
        self.git("checkout", "-q", "-b", "topic", where=self.project)
        self.write("project/stacks/b.yaml", "Resources:\n  Api:\n    Type: AWS::ApiGatewayV2::Api\n")
        self.commit("topic")
        clone = self.folder / "clone"
        origin = f"file://{self.project}"
        self.git("clone", "-q", "--depth", "1", "--branch", "topic", "--single-branch", origin, clone)
        self.step("run", where=clone, BASE="main", FAIL_ON="note", ARGUMENTS="--plan community")
        outputs = self.outputs()
        self.assertEqual(outputs["code"], "1", "the branch adds a finding")
        comment = Path(outputs["comment"]).read_text()
        self.assertEqual(comment.splitlines()[0], MARKER)
        self.assertIn("`Api` `stacks/b.yaml:3`", comment)
        self.assertEqual(json.loads(Path(outputs["sarif"]).read_text())["version"], "2.1.0")

    def test_a_comment_is_posted_once_and_then_updated(self):
        with GitHub() as github:
            others = [{"id": number, "body": f"> {MARKER}\nquoted"} for number in range(1, 131)]
            github.comments = list(others)
            first, second = self.write("1.md", f"{MARKER}\n### one \"1\"\n"), self.write("2.md", f"{MARKER}\n### two\n")
            self.assertIn("is posted", self.comment(github, first).stdout)
            self.assertEqual(github.comments[130:], [{"id": 131, "body": first.read_text()}])
            self.assertIn("comment 131 is updated", self.comment(github, second).stdout)
            self.assertEqual(github.comments[130:], [{"id": 131, "body": second.read_text()}])
            self.assertEqual(github.comments[:130], others)
            self.assertEqual(github.tokens, {"Bearer secret"})

    def test_a_long_comment_is_cut(self):
        with GitHub() as github:
            self.comment(github, self.write("1.md", f"{MARKER}\n" + "é" * 70_000))
            self.assertEqual(len(github.comments[0]["body"]), 65_000)

    def test_without_the_right_to_comment_it_warns(self):
        with GitHub() as github:
            github.allows = False
            result = self.comment(github, self.write("1.md", f"{MARKER}\n"))
            self.assertIn("::warning::the comment could not be posted", result.stdout)
            result = self.comment(github, self.write("2.md", "no marker\n"), check=False)
            self.assertEqual(result.returncode, 1)

    def comment(self, github, file, check=True):
        variables = {"GITHUB_API_URL": github.url, "GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": "secret", "NUMBER": "7"}
        return self.step("comment", FILE=str(file), check=check, **variables)

    def install(self, check=True):
        """Installs the release that is below `www`."""
        with Server(self.folder / "www") as server:
            variables = {"VERSION": "v0.1.0", "ACTION_REPOSITORY": "o/lscompat", "GITHUB_SERVER_URL": server.url}
            return self.step("install", check=check, **variables)

    def pack(self):
        packed = self.folder / "www/o/lscompat/releases/download/v0.1.0"
        return Path(run(ROOT / "tools/package", packed, PROGRAM).stdout.splitlines()[-1])

    def test_a_packed_release_is_downloaded(self):
        names = run("tar", "-tzf", self.pack()).stdout.split()
        for name in ("./lscompat", "./man1/lscompat-check.1", "./completions/lscompat.bash", "./LICENSE-MIT"):
            self.assertIn(name, names)
        self.assertIn("lscompat 0.", self.install().stdout)
        self.assertIn("there already", self.install().stdout)
        folder = Path((self.folder / "path").read_text().splitlines()[0])
        self.assertEqual(run(folder / "lscompat", "--version").stdout, run(PROGRAM, "--version").stdout)

    def test_a_damaged_release_is_refused(self):
        with self.pack().open("ab") as file:
            file.write(b"more")
        self.assertNotEqual(self.install(check=False).returncode, 0)

    def test_the_key_of_a_build_is_that_of_its_sources(self):
        key = run(ACTION / "key").stdout
        self.assertRegex(key, r"^[0-9a-f]{32}\n$")
        self.assertEqual(key, run(ACTION / "key", cwd="/").stdout)


class Hook(Folder):
    def test_pre_commit_runs_it(self):
        hooks = self.hooks()
        self.git("init", "-q")
        self.write("a.yaml", BROKEN)
        self.git("add", "-A")
        home = {"PRE_COMMIT_HOME": str(self.folder / "home"), "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
        command = [TOOLS / "pre-commit", "try-repo", hooks, "lscompat-system", "--all-files"]
        failed = run(*command, cwd=self.folder, env=os.environ | home, check=False)
        self.assertEqual(failed.returncode, 1, failed.stdout + failed.stderr)
        self.assertIn("Failed", failed.stdout)
        self.assertIn("Absent", failed.stdout)
        self.write("a.yaml", CLEAN)
        self.git("add", "-A")
        self.assertIn("Passed", run(*command, cwd=self.folder, env=os.environ | home).stdout)

    def hooks(self):
        """A repository of the hooks alone."""
        hooks = self.folder / "hooks"
        hooks.mkdir()
        shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
        self.git("init", "-q", where=hooks)
        self.git("add", "-A", where=hooks)
        self.git("commit", "-q", "-m", "hooks", where=hooks)
        self.write(".gitignore", "hooks/\nhome/\n")
        return hooks


class Shells(Folder):
    """The completions in the shells that are here; bash always is."""

    def test_bash(self):
        completions = self.write("bash", run(PROGRAM, "completions", "bash").stdout)
        script = (
            f"source {completions}; COMP_WORDS=(lscompat check --no-proj); COMP_CWORD=2; "
            "$(complete -p lscompat | sed 's/.*-F \\([^ ]*\\).*/\\1/') lscompat --no-proj check; echo \"${COMPREPLY[@]}\""
        )
        self.assertEqual(run("bash", "-c", script).stdout.strip(), "--no-project-target")

    def test_zsh(self):
        if not shutil.which("zsh"):
            self.skipTest("there is no zsh")
        self.write("_lscompat", run(PROGRAM, "completions", "zsh").stdout)
        script = (
            f"fpath=({self.folder} $fpath); autoload -Uz compinit; compinit -u -d {self.folder}/dump; "
            "print $_comps[lscompat]; autoload +X _lscompat"
        )
        self.assertEqual(run("zsh", "-fc", script).stdout.strip(), "_lscompat")

    def test_fish(self):
        if not shutil.which("fish"):
            self.skipTest("there is no fish")
        completions = self.write("fish", run(PROGRAM, "completions", "fish").stdout)
        home = os.environ | {"HOME": str(self.folder)}
        shown = run("fish", "--no-config", "-c", f"source {completions}; complete -C 'lscompat chec'", env=home).stdout
        self.assertTrue(shown.startswith("check\t"), shown)


class Server:
    """A server of files on this machine."""

    def __init__(self, folder):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler(folder))
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def handler(self, folder):
        return lambda *arguments: Quiet(*arguments, directory=str(folder))

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class GitHub(Server):
    """The comments of one pull request, a hundred to a page."""

    def __init__(self):
        super().__init__(None)
        self.comments, self.tokens, self.allows = [], set(), True

    def handler(self, folder):
        github = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, status, value):
                github.tokens.add(self.headers["Authorization"])
                content = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def body(self):
                return json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]

            def do_GET(self):
                page = int(re.fullmatch(r"/repos/o/r/issues/7/comments\?per_page=100&page=(\d+)", self.path)[1])
                self.answer(200, github.comments[(page - 1) * 100 : page * 100])

            def do_POST(self):
                body = self.body()
                if not github.allows or self.path != "/repos/o/r/issues/7/comments":
                    return self.answer(403, {"message": "Resource not accessible by integration"})
                github.comments.append({"id": len(github.comments) + 1, "body": body})
                return self.answer(201, {})

            def do_PATCH(self):
                number = int(re.fullmatch(r"/repos/o/r/issues/comments/(\d+)", self.path)[1])
                body = self.body()
                next(it for it in github.comments if it["id"] == number)["body"] = body
                self.answer(200, {})

        return Handler


if __name__ == "__main__":
    unittest.main()

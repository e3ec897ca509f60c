"""`serve --scenario` and `--reload`: what is played, and what becomes of a file that changes. Real processes, real files."""

import json
from pathlib import Path

from mock_udesk.cli.reloading import stamps

from ..test_cli import Program, run
from .here import run_here


def rule(text: str, name: str = "greeting") -> str:
    return f"rules:\n  - name: {name}\n    on: session_started\n    do: [{{reply: {text}}}]\n"


class Mock:
    """A server that was told to watch; calls go over HTTP, from a process of their own."""

    def __init__(self, program: Program, url: str) -> None:
        self.program = program
        self._url = url

    def call(self, method: str, path: str, body: object = None) -> str:
        data = ("-d", json.dumps(body)) if body is not None else ()
        return run_here("call", method, path, *data, "--base", self._url).stdout

    def greets(self, token: str) -> str:
        """What an agent says first to a customer."""
        self.call("POST", "/im/sessions", {"customer_token": token, "assign_type": "agent"})
        told = json.loads(self.call("GET", f"/_mock/timeline?customer_token={token}"))
        return next((str(line["text"]) for line in told["lines"] if line["what"] == "agent message"), "nothing")

    def says(self, begin: str, lines: int = 0) -> list[str]:
        """The next line that begins so, and some after it."""
        first = self.program.until(lambda line: line.startswith(begin))
        return [first, *(self.program.until(lambda _: True) for _ in range(lines))]


def served(*args: str | Path, **env: str) -> tuple[Program, Mock]:
    program = Program("serve", "--port", "0", *map(str, args), **env)
    url = program.until(lambda line: " listens on " in line).rpartition(" ")[2]
    program.until(lambda line: line.startswith("curl "))
    return program, Mock(program, url)


def test_a_file_that_changes_changes_the_next_conversation_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    """Issue 4, Must hold: what changed is said by rule, what is wrong by place; a reset begins with the last good one."""
    file = tmp_path / "refund.yaml"
    file.write_text(rule("old"), encoding="utf-8")
    program, mock = served("--scenario", file, "--reload")

    with program:
        old = mock.greets("c-1")
        file.write_text(rule("new") + "  - {on: message, do: [read]}\n", encoding="utf-8")
        reloaded = mock.says("reloaded ", 2)
        new = mock.greets("c-2")
        file.write_text("rules:\n  - {on: mesage, do: [reed]}\n", encoding="utf-8")
        wrong = mock.says("not reloaded", 2)
        warned = json.loads(mock.call("GET", "/_mock/ready"))
        last_good = mock.greets("c-3")
        mock.call("POST", "/_mock/reset", {})
        after_reset = mock.greets("c-1")
        file.write_text(rule("good again"), encoding="utf-8")
        mended = mock.says("reloaded ", 2)
        content = json.loads(mock.call("GET", "/_mock/ready"))
        _, _, stderr, _ = program.end()

    assert [text.partition(": ")[2] for text in (old, new, last_good, after_reset)] == [
        "“old”",
        "“new”",
        "“new”",
        "“new”",
    ]
    assert reloaded == [
        f"reloaded {file} (2 rules)",
        f"  added    {file}:5:5",
        f"  changed  greeting ({file}:2:5)",
    ]
    said = "demo: not reloaded, the last good scenario goes on: 2 findings, the first: "
    assert (warned["status"], warned["warnings"]) == ("ready", [said + wrong[1].strip()])
    assert (content["status"], content["warnings"]) == ("ready", [])
    assert wrong == [
        "not reloaded, the last good scenario goes on:",
        f'  {file}:2:10: rules[0].on: found "mesage", expected message (the nearest)',
        f"  {file}:2:23: rules[0].do[0]: found unknown step reed, expected read (the nearest)",
    ]
    assert mended == [
        f"reloaded {file} (1 rule)",
        f"  changed  greeting ({file}:2:5)",
        f"  removed  {file}:5:5",
    ]
    assert stderr == ""


def test_a_folder_is_watched_with_all_that_comes_and_goes(tmp_path: Path) -> None:
    """Also a file that is away for a moment, as editors do it: the folder has what it has."""
    (tmp_path / "a.yaml").write_text(rule("a", "first"), encoding="utf-8")
    program, mock = served("--scenario", tmp_path, MOCK_UDESK_RELOAD="1")

    with program:
        (tmp_path / "notes.txt").write_text("nothing of ours", encoding="utf-8")
        (tmp_path / ".b.yaml.swp").write_text("nothing of ours", encoding="utf-8")
        (tmp_path / "0.yml").write_text(rule("b", "second"), encoding="utf-8")
        came = mock.says("reloaded ", 2)
        greeting = mock.greets("c-1")
        (tmp_path / "0.yml").unlink()
        went = mock.says("reloaded ", 1)

    assert came[:2] == [
        f"reloaded {tmp_path}/0.yml, {tmp_path}/a.yaml (2 rules)",
        f"  added    second ({tmp_path}/0.yml:2:5)",
    ]
    # The new one is tried first, and always fits.
    assert came[2].startswith(f"  warning  {tmp_path}/a.yaml:2:5: rules[0]: found a rule that never runs")
    assert greeting.endswith("“b”")
    assert went == [f"reloaded {tmp_path}/a.yaml (1 rule)", f"  removed  second ({tmp_path}/0.yml:2:5)"]


def test_what_the_company_refuses_is_said_and_nothing_changes(tmp_path: Path) -> None:
    """The file is right by itself; somebody who is there already has the name."""
    file = tmp_path / "people.yaml"
    file.write_text(rule("old"), encoding="utf-8")
    program, mock = served("--scenario", file, "--reload")

    with program:
        mock.call("POST", "/_mock/customers", {"email": "wang@example.com"})
        file.write_text(
            f"company: {{customers: [{{customer_token: w, email: wang@example.com}}, {{id: 77, email: wang@example.com}}]}}\n{rule('new')}",
            encoding="utf-8",
        )
        wrong = mock.says("not reloaded", 1)
        greeting = mock.greets("c-1")

    assert "wang@example.com" in wrong[1]
    assert greeting.endswith("“old”")


def test_touching_a_file_and_comments_in_it_are_no_change(tmp_path: Path) -> None:
    """Said, so that nobody wonders."""
    file = tmp_path / "refund.yaml"
    file.write_text(rule("old"), encoding="utf-8")
    program, mock = served("--scenario", file, "--reload")

    with program:
        file.touch()
        touched = mock.says("reloaded ")
        file.write_text(f"# new\n{rule('old')}", encoding="utf-8")
        commented = mock.says("reloaded ")

    assert touched == commented == [f"reloaded {file} (1 rule): nothing that counts has changed"]


def test_what_becomes_of_runs_and_of_what_came_by_the_control_api_is_said(tmp_path: Path) -> None:
    """Runs that end, runs that go on, and a scenario that was put or unloaded meanwhile: nothing goes without a word."""
    file = tmp_path / "refund.yaml"
    waiting = "rules:\n  - {on: session_started, do: [{wait_for: survey}, {reply: NAME}]}\n"
    file.write_text(waiting, encoding="utf-8")
    program, mock = served("--scenario", file, "--reload")

    with program:
        mock.greets("c-1")
        mock.greets("c-2")
        file.write_text(waiting.replace("NAME", "b"), encoding="utf-8")
        ended = mock.says("reloaded ", 2)
        told = mock.call("GET", "/_mock/timeline?as=text")
        mock.call("PATCH", "/_mock/company", {"scenario_runs": "go_on"})
        mock.greets("c-3")
        mock.call("PUT", "/_mock/scenario?file=mine.yaml", {"rules": [{"on": "survey", "do": ["stop"]}]})
        file.write_text(waiting.replace("NAME", "c"), encoding="utf-8")
        went_on = mock.says("reloaded ", 3)
        mock.call("DELETE", "/_mock/scenario")
        file.touch()
        after_delete = mock.says("reloaded ", 1)

    assert ended[1:] == [
        f"  changed  {file}:2:5",
        "  runs     2 runs ended; with the setting scenario_runs: go_on they play on",
    ]
    assert "  scenario refund: 1 rule had begun 2 runs in all\n" in told
    assert f"  scenario refund: 1 rule from {file}; 2 runs under way ended\n" in told
    assert went_on[1:] == [
        f"  changed  {file}:2:5",
        "  replaced mine.yaml, which the control API had loaded",
        "  runs     1 run under way: they play the old rules to their end",
    ]
    assert after_delete[1] == "  replaced nothing: the control API had unloaded it"


def test_an_upper_case_ending_is_watched_too(tmp_path: Path) -> None:
    """As the loader has it."""
    (tmp_path / "A.YML").write_text(rule("a"), encoding="utf-8")
    (tmp_path / "b.txt").write_text("", encoding="utf-8")

    assert set(stamps([tmp_path])) == {tmp_path, tmp_path / "A.YML"}


def test_as_json_a_reload_is_an_object(tmp_path: Path) -> None:
    """--log-format json; the first line names the files too."""
    file = tmp_path / "refund.yaml"
    file.write_text(rule("old"), encoding="utf-8")

    with Program("serve", "--port", "0", "--scenario", str(file), "--reload", "--log-format", "json") as program:
        first = json.loads(program.until(lambda _: True))
        file.write_text(rule("new"), encoding="utf-8")
        reloaded = json.loads(program.until(lambda _: True))
        file.write_text("rules: []\n", encoding="utf-8")
        wrong = json.loads(program.until(lambda _: True))

    assert first["scenarios"] == [{"file": str(file), "rules": 1}]
    assert first["reload"] is True
    assert reloaded == {
        "event": "reloaded",
        "files": [str(file)],
        "rules": 1,
        "added": [],
        "changed": [f"greeting ({file}:2:5)"],
        "removed": [],
        "is_reordered": False,
        "companies": [],
        "runs_ended": 0,
        "runs_going_on": 0,
        "replaced": None,
        "warnings": [],
    }
    assert wrong["event"] == "not_reloaded"
    assert [line.partition(" ")[0] for line in wrong["errors"]] == [f"{file}:1:8:"]


def test_the_first_lines_name_the_files_and_their_rules(tmp_path: Path) -> None:
    """One line each; an inline text comes last, under the name of its variable."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(rule("x", name), encoding="utf-8")
    inline = "rules:\n  - {on: message, do: [read]}\n  - {on: survey, do: [stop]}\n"
    paths = f"{tmp_path / 'a.yaml'}:{tmp_path / 'b.yaml'}"
    program, _ = served(MOCK_UDESK_SCENARIO=paths, MOCK_UDESK_SCENARIO_INLINE=inline)

    with program:
        code, _, stderr, _ = program.end()

    shown = program.lines.index(f"  scenario      {tmp_path}/a.yaml (1 rule)")
    assert program.lines[shown + 1 : shown + 3] == [
        f"                {tmp_path}/b.yaml (1 rule)",
        "                MOCK_UDESK_SCENARIO_INLINE (2 rules)",
    ]
    assert code == 0
    assert stderr.count("\n") == 1
    assert stderr.startswith(f"warning: {tmp_path}/b.yaml:2:5: rules[0]: found a rule that never runs")


def test_a_file_s_settings_are_the_base_and_options_that_were_given_win(tmp_path: Path) -> None:
    """Defaults don't; the first lines show what holds."""
    file = tmp_path / "refund.yaml"
    file.write_text("company: {settings: {auth: lenient, limits: 'off'}}\n", encoding="utf-8")
    program, mock = served("--scenario", file, "--auth", "strict")

    with program:
        company = mock.call("GET", "/_mock/company")

    text = "\n".join(program.lines)
    assert "  limits        off: " in text
    assert "  auth " not in text
    settings = json.loads(company)["settings"]
    assert (settings["auth"]["value"], settings["limits"]["value"]) == ("strict", "off")


def test_a_wrong_scenario_ends_it_with_1_and_all_that_is_wrong(tmp_path: Path) -> None:
    """Nothing has listened by then; a line for each, those of the inline text by its variable."""
    file = tmp_path / "refund.yaml"
    file.write_text("rules:\n  - {on: mesage, do: [reed]}\n", encoding="utf-8")

    result = run("serve", "--port", "0", "--scenario", str(file), MOCK_UDESK_SCENARIO_INLINE="rulez: []")

    assert (result.returncode, result.stdout) == (1, "")
    first, *rest = result.stderr.splitlines()
    assert first == "mock-udesk: the scenario can't be loaded:"
    assert [line.split(": ")[0] for line in rest] == [
        f"{file}:2:10",
        f"{file}:2:23",
        *["MOCK_UDESK_SCENARIO_INLINE:1:1"] * 2,
    ]


def test_an_inline_text_is_called_by_where_it_came_from(tmp_path: Path) -> None:
    """Flag, variable, or config file with its line."""
    config = tmp_path / "mock.yaml"
    config.write_text("port: 0\nscenario_inline: 'rulez: []'\n", encoding="utf-8")

    flag = run("serve", "--port", "0", "--scenario-inline", "rulez: []", MOCK_UDESK_SCENARIO_INLINE="rules: []")
    file = run("serve", "--config", str(config))

    assert flag.stderr.splitlines()[1].startswith("--scenario-inline:1:1: ")
    assert file.stderr.splitlines()[1].startswith(f"{config} (scenario_inline, line 2):1:1: ")


def test_a_path_with_nothing_at_it_is_asked_wrongly_and_named_with_where_it_came_from(tmp_path: Path) -> None:
    """Exit 2, as check and play have it; the variable's message says what stands between two paths."""
    config = tmp_path / "mock.yaml"
    config.write_text("port: 0\nscenario: nope.yaml\n", encoding="utf-8")

    flag = run("serve", "--port", "0", "--scenario", "nope.yaml")
    variable = run("serve", "--port", "0", MOCK_UDESK_SCENARIO="a.yaml,b.yaml")
    file = run("serve", "--config", str(config))
    played = run_here("play", "nope.yaml")

    assert [one.returncode for one in (flag, variable, file, played)] == [2, 2, 2, 2]
    assert flag.stderr.endswith(" serve: --scenario: found nothing at nope.yaml, expected a file or folder\n")
    assert variable.stderr.endswith(
        " serve: MOCK_UDESK_SCENARIO: found nothing at a.yaml,b.yaml, expected a file or folder; "
        "':' stands between two, as in PATH\n"
    )
    assert file.stderr.splitlines()[1] == (
        f"{config}:2:11: scenario: found nothing at {tmp_path}/nope.yaml, expected a file or folder"
    )
    assert played.stderr.endswith(" play: FILE: found nothing at nope.yaml, expected a file or folder\n")


def test_the_config_file_can_ask_for_reload(tmp_path: Path) -> None:
    """reload: true, as the flag and the variable; other commands pass it over."""
    (tmp_path / "a.yaml").write_text(rule("a"), encoding="utf-8")
    config = tmp_path / "mock.yaml"
    config.write_text("port: 0\nscenario: a.yaml\nreload: yes\n", encoding="utf-8")
    program, _ = served("--config", config)

    with program:
        pass

    assert "  reload        a scenario's file that changes is loaded anew" in program.lines
    assert run_here("check", str(config)).returncode == 0


def test_with_nothing_to_watch_reload_is_refused() -> None:
    """An inline text can't change."""
    result = run("serve", "--port", "0", "--reload", MOCK_UDESK_SCENARIO_INLINE="rules: [{on: message, do: [read]}]")

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.endswith(" serve: --reload: found nothing to watch, expected --scenario PATH\n")


def test_the_demo_says_that_it_plays_its_own(tmp_path: Path) -> None:
    """--scenario is passed over there, and not even read."""
    result = run_here("demo", "--once", "--port", "0", "--scenario", str(tmp_path / "none.yaml"))

    assert result.returncode == 0
    assert result.stderr == (
        f"mock-udesk demo: {tmp_path}/none.yaml is passed over: the demo plays its own; `play` plays yours\n"
    )

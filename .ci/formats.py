"""Makes reports of every format and checks them. Called by `.ci/formats`."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree

CALL = "client.messages.create(model='claude-sonnet-5', max_tokens=9000, messages=m)"
LAST = "s = 'é😀'; return json.loads(r.content[0].text)"
HEAD = "import anthropic\nimport json\nclient = anthropic.Anthropic()\n"
# Where the first block of the answer is read, behind characters of several bytes.
HARD = {"src/café 😀 #1.py", "src/tabé.py", "src/bom.py", "src/bom first.py", "src/crlf.py", "a b/[id]/100%;x.ts"}
FILES = {"sarif": "log.sarif", "gitlab": "quality.json", "rdjson": "diagnostics.json",
         "junit": "tests.xml", "checkstyle": "style.xml", "github": "actions.txt",
         "azure": "azure.txt", "json": "report.json", "json-lines": "report.jsonl"}

# What is not ours to mend: addresses that cannot be reached from here, names of rules in
# the style of the validator's own, and what would make every log many times larger.
ACCEPTED_NOTES = {"SARIF2002", "SARIF2003", "SARIF2006", "SARIF2009", "SARIF2010", "SARIF2011",
                  "SARIF2012", "SARIF2013"}

failures = []


def complain(what):
    failures.append(what)
    print(f"formats: {what}", file=sys.stderr)


def expect(condition, what):
    if not condition:
        complain(what)


def hard_files(folder):
    """Files whose names, line ends and characters are easily reported wrongly."""
    def write(path, text, encoding="utf-8"):
        path = folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))

    body = f"    r = {CALL}\n    {LAST}\n"
    write("src/café 😀 #1.py", f"{HEAD}def a(m):\n{body}")
    write("src/tabé.py", f"{HEAD}def a(m):\n{body}".replace("    ", "\t").replace("s = ", "s\t= "))
    write("src/bom.py", f"{HEAD}def a(m):\n{body}", "utf-8-sig")
    write("src/bom first.py", f"import json, anthropic; client = anthropic.Anthropic(); r = {CALL.replace('=m', '=[]')}; {LAST[:-1].replace('return ', 'print(')}))\n", "utf-8-sig")
    write("src/crlf.py", f"{HEAD}def a(m):\n    '''é\n😀'''\n{body}".replace("\n", "\r\n"))
    write("a b/[id]/100%;x.ts", "import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic();\n"
          "export async function ask(m: any) {\n"
          "  const r = await client.messages.create({ model: 'claude-sonnet-5', max_tokens: 9000, messages: m });\n"
          "  const s = 'é😀'; return JSON.parse(r.content[0].text);\n}\n")
    lines = f"{HEAD}def a(m):\n{body}".splitlines(keepends=True)
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": lines}
    write("lab/note book.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["é"]}, cell],
                                             "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1, ensure_ascii=False))
    (folder / "src/broken.py").write_bytes(b"import anthropic\nx = '\xff\xfe'\n")


def run(program, folder, out, paths=(".",), directory=None, more=()):
    """Writes a report of each format; the exit code."""
    out.mkdir(parents=True, exist_ok=True)
    formats = [f"--output-format={name}={out / file}" for name, file in FILES.items()]
    command = [program, "--pedantic", "--fail-on=never", "--quiet", "--as-of=2026-12-01", *formats, *more, *paths]
    return subprocess.run(command, cwd=directory or folder, stderr=subprocess.DEVNULL, check=False).returncode


def text_of(folder, path):
    """The text of a file, without its byte-order mark, which counts in no column."""
    return (folder / path).read_bytes().decode("utf-8").removeprefix("\ufeff")


def lines_of(text):
    return re.split("\r\n|\n|\r", text)


def slice_in(lines, unit, start, end):
    """What a range marks, its columns counted in a unit from 1, its end exclusive."""
    (line, column), (end_line, end_column) = start, end
    if line != end_line:
        head = slice_in(lines, unit, start, (line, None))
        return "\n".join([head, *lines[line:end_line - 1], slice_in(lines, unit, (end_line, 1), end)])
    encoding, width = {"utf-16": ("utf-16-le", 2), "utf-8": ("utf-8", 1), "char": ("utf-32-le", 4)}[unit]
    line = lines[line - 1].encode(encoding)
    stop = None if end_column is None else (end_column - 1) * width
    return line[(column - 1) * width:stop].decode(encoding)


def check_sarif(folder, path, accepted=False):
    """The run of a log, with or without what is accepted."""
    run_ = json.loads(path.read_text())["runs"][0]
    rules = run_["tool"]["driver"]["rules"]
    expect(run_["columnKind"] == "utf16CodeUnits", "SARIF: unit of columns missing")
    expect(all(len(r[k]["text"]) <= 1024 for r in rules for k in ("shortDescription", "fullDescription")),
           "SARIF: a description is longer than GitHub takes")
    expect(all(r["name"] != r["id"] and r["help"]["text"] and r["help"]["markdown"] for r in rules),
           "SARIF: a rule lacks its name or help")
    expect(all(len(r["properties"]["tags"]) <= 10 for r in rules), "SARIF: a rule has more tags than GitHub shows")
    for rule in rules:
        properties = rule["properties"]
        secure = "security-severity" in properties
        expect(secure == ("security" in properties["tags"]) and secure != ("problem.severity" in properties),
               f"SARIF: {rule['id']} is half a security rule")
    seen = set()
    for result in run_["results"]:
        where = f"{result['ruleId']} in {result['locations'][0]['physicalLocation']['artifactLocation']['uri']}"
        expect(rules[result["ruleIndex"]]["id"] == result["ruleId"], f"SARIF: index of {where}")
        expect("kind" not in result and "rank" not in result
               and all((mark in result) == accepted for mark in ("suppressions", "baselineState")), f"SARIF: marks of {where}")
        key = result["partialFingerprints"]["claudeLint/v1"]
        expect(key not in seen, f"SARIF: fingerprint twice, {where}")
        seen.add(key)
        message = result["message"]["text"]
        expect("{" not in message and "}" not in message, f"SARIF: a placeholder in the message of {where}")
        links = {int(n) for n in re.findall(r"\]\((\d+)\)", message)}
        expect(links == {r["id"] for r in result.get("relatedLocations", [])}, f"SARIF: links of {where}")
        flows = [step["location"] for flow in result.get("codeFlows", []) for step in flow["threadFlows"][0]["locations"]]
        expect(bool(flows) == bool(links), f"SARIF: steps of {where}")
        expect(len(flows) <= 1000, f"SARIF: too many steps of {where}")
        for location in result["locations"] + result.get("relatedLocations", []) + flows:
            place = location["physicalLocation"]
            uri = place["artifactLocation"]["uri"]
            file = folder / urllib.parse.unquote(uri)
            expect(not re.match(r"/|\./|[a-z]+:", uri) and file.is_file(), f"SARIF: path {uri}")
            region = place["region"]
            expect(len(region) == 4 or file.suffix == ".ipynb" and "rules/" in uri, f"SARIF: a region of {where} lacks columns")
    return run_


def check_accepted(program, folder, out):
    """What comments and the baseline accept is in the log when asked for, and marked on all results."""
    (folder / "src/allowed.py").write_text(f"{HEAD}def a(m):\n    r = {CALL}\n"
                                             "    # claude-lint: ignore[blind-content-index] never anything else\n    return r.content[0].text\n")
    subprocess.run([program, "baseline", "write", "--pedantic", "--as-of=2026-12-01", "rules/retired-model"], cwd=folder, capture_output=True, check=False)
    run(program, folder, out, paths=("src", "rules/retired-model"), more=("--show-suppressed",))
    run_ = check_sarif(folder, out / "log.sarif", accepted=True)
    kinds = {(len(result["suppressions"]), result["baselineState"]) for result in run_["results"]}
    expect(kinds == {(0, "new"), (1, "new"), (1, "unchanged")}, f"SARIF: marks of accepted results: {kinds}")


def check_columns(folder, out, sarif):
    """Every format marks the same text, each in its own unit."""
    diagnostics = json.loads((out / "diagnostics.json").read_text())["diagnostics"]
    findings = json.loads((out / "report.json").read_text())["findings"]
    quality = json.loads((out / "quality.json").read_text())
    counts = {len(sarif["results"]), len(diagnostics), len(findings), len(quality)}
    expect(len(counts) == 1, f"the formats disagree on how much was found: {counts}")
    cache = {}
    for result, diagnostic, issue in zip(sarif["results"], diagnostics, quality):
        place = result["locations"][0]["physicalLocation"]
        path = urllib.parse.unquote(place["artifactLocation"]["uri"])
        expect(path == diagnostic["location"]["path"] == issue["location"]["path"], f"path of {path}")
        region, span = place["region"], diagnostic["location"]["range"]
        expect(region["startLine"] == span["start"]["line"] == issue["location"]["lines"]["begin"], f"line in {path}")
        if "column" not in span["start"]:
            continue
        if path not in cache:
            cache[path] = lines_of(text_of(folder, path))
        lines = cache[path]
        by_utf16 = slice_in(lines, "utf-16", (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"]))
        by_bytes = slice_in(lines, "utf-8", (span["start"]["line"], span["start"]["column"]), (span["end"]["line"], span["end"]["column"]))
        expect(by_utf16 == by_bytes, f"columns in {path}:{region['startLine']}: {by_utf16!r} and {by_bytes!r}")
    marked = set()
    for result in sarif["results"]:
        place = result["locations"][0]["physicalLocation"]
        path, region = urllib.parse.unquote(place["artifactLocation"]["uri"]), place["region"]
        if path in HARD and result["ruleId"] == "blind-content-index":
            marked.add(path)
            text = slice_in(cache[path], "utf-16", (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"]))
            expect(text in ("r.content[0]", "r.content[0].text"), f"{path} marks {text!r}")
    expect(marked == HARD, f"nothing is found in {HARD - marked}")


def check_fixes(program, out):
    """The fixes of the log, made by hand, are those of `--fix`, in notebooks too."""
    fixed = out / "fixed"
    path = fixed / "lab/fix me.ipynb"
    path.parent.mkdir(parents=True)
    (fixed / ".git").mkdir()
    code = "import anthropic\nclient = anthropic.Anthropic()\ns = 'é😀\\t'; client.messages.create(model='claude-2.1', max_tokens=100, messages=[])\n"
    for name, source in (("fix me.ipynb", code.splitlines(keepends=True)), ("one line.ipynb", code)):
        cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        document = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (path.parent / name).write_text(json.dumps(document, indent=1, ensure_ascii=name == "fix me.ipynb"))
    run(program, fixed, out / "before")
    texts = {}
    for result in json.loads((out / "before" / "log.sarif").read_text())["runs"][0]["results"]:
        for change in result.get("fixes", [{"artifactChanges": []}])[0]["artifactChanges"]:
            uri = urllib.parse.unquote(change["artifactLocation"]["uri"])
            for edit in change["replacements"]:
                lines = lines_of(texts.get(uri) or text_of(fixed, uri))
                region, line = edit["deletedRegion"], lines[edit["deletedRegion"]["startLine"] - 1]
                expect(region["startLine"] == region["endLine"], f"SARIF: a fix of {uri} over several lines")
                units = line.encode("utf-16-le")
                head, tail = units[:2 * region["startColumn"] - 2], units[2 * region["endColumn"] - 2:]
                lines[region["startLine"] - 1] = head.decode("utf-16-le") + edit["insertedContent"]["text"] + tail.decode("utf-16-le")
                texts[uri] = "\n".join(lines)
    subprocess.run([program, "--fix", "--quiet", "--fail-on=never", "--as-of=2026-12-01"], cwd=fixed, capture_output=True, check=False)
    expect(len(texts) == 2, f"SARIF: fixes for {sorted(texts)} only")
    for uri, text in texts.items():
        expect(text == text_of(fixed, uri), f"SARIF: the fixes of {uri} are not those of `--fix`:\n{text}\n{text_of(fixed, uri)}")


def check_commands(out):
    """Log commands are one line each, with nothing raw in their properties."""
    for line in (out / "actions.txt").read_text().splitlines():
        match = re.fullmatch(r"::(error|warning|notice) (.*?)::(.*)", line)
        expect(match is not None, f"GitHub: {line!r}")
        if match:
            properties = dict(pair.split("=", 1) for pair in match[2].split(","))
            expect({"file", "line", "endLine", "title"} <= properties.keys(), f"GitHub: properties in {line!r}")
            expect(("col" not in properties) or properties["line"] == properties["endLine"], f"GitHub: {line!r}")
    for line in (out / "azure.txt").read_text().splitlines():
        match = re.fullmatch(r"##vso\[task\.logissue ([^\]]*)\](.*)", line)
        expect(match is not None, f"Azure: {line!r}")
        if match:
            properties = dict(pair.split("=", 1) for pair in match[1].rstrip(";").split(";"))
            expect(properties.get("type") in ("error", "warning") and "sourcepath" in properties, f"Azure: {line!r}")


def check_xml(out, clean):
    suites = xml.etree.ElementTree.parse(out / "tests.xml").getroot()
    cases = [(case.get("classname"), case.get("name")) for case in suites.iter("testcase")]
    failed = len(list(suites.iter("failure")))
    expect(suites.tag == "testsuites" and len(cases) == int(suites.get("tests")), "JUnit: number of tests")
    expect(failed == int(suites.get("failures")) and len(list(suites.iter("error"))) == int(suites.get("errors")), "JUnit: number of failures")
    expect(len(set(cases)) == len(cases) and all(all(case) for case in cases), "JUnit: names of cases")
    # Services that hold the report against a schema know no other attributes.
    expect(all(set(case.keys()) <= {"name", "classname", "time"} for case in suites.iter("testcase")), "JUnit: attributes of cases")
    for suite in suites:
        expect(suite.tag == "testsuite" and {"name", "tests", "failures", "errors"} <= suite.attrib.keys(), "JUnit: a suite")
        expect(len(suite) == int(suite.get("tests")), "JUnit: number of tests in a suite")
    expect(len(cases) == 1 and failed == 0 if clean else failed > 0, "JUnit: cases of the run")
    style = xml.etree.ElementTree.parse(out / "style.xml").getroot()
    expect(style.tag == "checkstyle" and style.get("version") == "4.3", "Checkstyle: root")
    for file in style:
        expect(file.tag == "file" and bool(file.get("name")), "Checkstyle: a file")
        for error in file:
            expect(error.tag == "error" and int(error.get("line")) > 0 and error.get("severity") in ("error", "warning", "info")
                   and error.get("source", "").startswith("claude-lint.") and bool(error.get("message")), "Checkstyle: an error")
    return failed, sum(len(file) for file in style)


def check_schemas(tool, sarif_schema, out):
    here = pathlib.Path(__file__).parent / "schemas"
    schemas = [(here / "gitlab.json", "quality.json"), (here / "rdjson.json", "diagnostics.json")]
    if sarif_schema:
        schemas.append((pathlib.Path(sarif_schema), "log.sarif"))
    for schema, file in schemas:
        result = subprocess.run([tool, "--schemafile", schema, out / file], capture_output=True, text=True, check=False)
        expect(result.returncode == 0, f"{file} against {schema.name}:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")


def check_multitool(tool, log):
    verdict = log.with_name("verdict.sarif")
    command = [tool, "validate", log, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note",
               "--output", verdict, "--log", "ForceOverwrite;PrettyPrint"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if not verdict.is_file():
        complain(f"the SARIF validator did not run: {result.stdout[-1000:]}{result.stderr[-1000:]}")
        return
    for run_ in json.loads(verdict.read_text(encoding="utf-8-sig"))["runs"]:
        for found in run_.get("results", []):
            note = found.get("level") == "note" and found["ruleId"] in ACCEPTED_NOTES
            expect(note, f"SARIF validator: {found['ruleId']} {found.get('level', 'warning')}: {found['message'].get('arguments')}")


def main():
    parser = argparse.ArgumentParser()
    for name in ("program", "json-schema", "multitool", "sarif-schema"):
        parser.add_argument(f"--{name}")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    # `resolve`: the paths in reports are those behind symbolic links.
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary).resolve()
        folder, empty = temporary / "sample", temporary / "empty"
        for made in (folder, empty):
            (made / ".git").mkdir(parents=True)
        hard_files(folder)
        shutil.copytree(pathlib.Path(__file__).parent.parent / "fixtures/rules", folder / "rules")

        expect(run(program, folder, temporary / "a") == 2, "a file that is no text makes the run incomplete")
        expect(run(program, empty, temporary / "e") == 0, "nothing is found in an empty folder")
        run(program, folder, temporary / "b", more=("--threads=1",))
        run(program, folder, temporary / "c", paths=("..",), directory=folder / "src")
        for file in FILES.values():
            first = (temporary / "a" / file).read_bytes()
            expect(first == (temporary / "b" / file).read_bytes(), f"{file} differs between two runs")
        for file in ("log.sarif", "quality.json", "diagnostics.json", "tests.xml", "style.xml", "actions.txt"):
            first = (temporary / "a" / file).read_bytes()
            other = (temporary / "c" / file).read_bytes()
            expect(sorted(first.splitlines()) == sorted(other.splitlines()), f"{file} depends on the working directory")

        sarif = check_sarif(folder, temporary / "a" / "log.sarif")
        expect(any("src/broken.py" in n["message"]["text"] for n in sarif["invocations"][0]["toolExecutionNotifications"]),
               "SARIF: no word about the file that could not be read")
        check_columns(folder, temporary / "a", sarif)
        check_fixes(program, temporary / "f")
        check_commands(temporary / "a")
        counts = check_xml(temporary / "a", clean=False)
        expect(set(counts) == {len(sarif["results"])}, f"XML: {counts} of {len(sarif['results'])} findings")
        expect(check_sarif(empty, temporary / "e" / "log.sarif")["results"] == [], "SARIF: results of an empty run")
        check_xml(temporary / "e", clean=True)
        check_accepted(program, folder, temporary / "d")
        for out in (temporary / "a", temporary / "d", temporary / "e"):
            if options.json_schema:
                check_schemas(options.json_schema, options.sarif_schema, out)
            if options.multitool:
                check_multitool(options.multitool, out / "log.sarif")
    if failures:
        sys.exit(f"formats: {len(failures)} complaints")
    print(f"formats: {len(sarif['results'])} findings in {len(FILES)} formats are as their readers want them")


if __name__ == "__main__":
    main()

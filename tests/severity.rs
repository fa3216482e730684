//! How much a finding weighs, where that depends on what is around it.
#![allow(clippy::unwrap_used, reason = "tests")]

use claude_lint::finding::Severity;
use claude_lint::linter::lint_sources;
use claude_lint::selection::Selection;

/// The severities of what a rule reports in a few files, in order.
fn severities(rule: &str, files: &[(&str, &str)]) -> Vec<Severity> {
    let checked = lint_sources(files.iter().copied(), &Selection::default());
    checked.findings.iter().filter(|f| f.rule.id == rule).map(|f| f.severity).collect()
}

const LOOP: &str = r#"
import anthropic

client = anthropic.Anthropic()

def work(messages, tools, run):
    while True:
        reply = client.messages.create(model="claude-opus-5-5", max_tokens=8192, tools=tools, messages=messages)
        messages.append({"role": "assistant", "content": reply.content})
        calls = [b for b in reply.content if b.type == "tool_use"]
        if not calls:
            return reply
        messages.append({"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": c.id, "content": run(c.name, c.input)} for c in calls
        ]})
"#;
const HANDLER: &str =
    "from work import work\n\ndef handler(event, context):\n    return work(event['messages'], [], None)\n";
const WORKER: &str =
    "from work import work\n\ndef drain(queue):\n    for job in queue:\n        work(job, [], None)\n";

/// A platform ends its functions after some time; nobody ends the others.
#[test]
fn loops_that_a_platform_ends_weigh_less() {
    let of = |others: &[(&'static str, &'static str)]| {
        let mut files = vec![("work.py", LOOP)];
        files.extend(others);
        severities("unbounded-tool-loop", &files)
    };
    assert_eq!(of(&[]), [Severity::Error]);
    assert_eq!(of(&[("handler.py", HANDLER)]), [Severity::Warning]);
    assert_eq!(of(&[("worker.py", WORKER)]), [Severity::Error]);
    // Called from both, it may still run for good.
    assert_eq!(of(&[("handler.py", HANDLER), ("worker.py", WORKER)]), [Severity::Error]);
}

/// Results apart from each other are accepted; a turn that is repeated for each of them is not.
#[test]
fn a_turn_repeated_for_each_call_is_an_error() {
    let split = LOOP.replace(
        r#"        messages.append({"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": c.id, "content": run(c.name, c.input)} for c in calls
        ]})
"#,
        r#"        for c in calls:
            messages.append({"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": c.id, "content": run(c.name, c.input)}
            ]})
"#,
    );
    assert_eq!(severities("split-tool-results", &[("work.py", &split)]), [Severity::Info]);
    let turn = "        messages.append({\"role\": \"assistant\", \"content\": reply.content})\n";
    let repeated = split
        .replace(turn, "")
        .replace("        for c in calls:\n", &format!("        for c in calls:\n    {turn}"));
    assert_eq!(severities("split-tool-results", &[("work.py", &repeated)]), [Severity::Error]);
}

/// A history that is converted entry by entry: what stands beside another entry is not repeated for each result.
#[test]
fn a_turn_of_another_entry_is_not_repeated() {
    let files = [("base.py", BASE), ("chat.py", CHAT), ("claude.py", CLAUDE), ("other.py", OTHER)];
    assert_eq!(severities("split-tool-results", &files), [Severity::Info]);
}

const BASE: &str = r#"
import abc
from dataclasses import dataclass, field


@dataclass
class Entry:
    role: str
    content: str
    calls: list = field(default_factory=list)
    call_id: str = ""


@dataclass
class Answer:
    content: str
    calls: list = field(default_factory=list)


class Provider(abc.ABC):
    @abc.abstractmethod
    def complete(self, entries: list[Entry], tools: list[dict]) -> Answer: ...
"#;

const CHAT: &str = r#"
from base import Answer, Entry, Provider


def chat(llm: Provider, run, text: str, tools: list[dict]) -> Answer:
    entries = [Entry(role="user", content=text)]
    for _ in range(10):
        answer = llm.complete(entries, tools)
        if not answer.calls:
            return answer
        entries.append(Entry(role="assistant", content=answer.content, calls=answer.calls))
        for call in answer.calls:
            entries.append(Entry(role="tool", content=run(call.name, call.input), call_id=call.id))
    return llm.complete(entries, [])
"#;

const CLAUDE: &str = r#"
import anthropic

from base import Answer, Entry, Provider

client = anthropic.Anthropic()


def build(entries: list[Entry]):
    messages = []
    for m in entries:
        if m.role == "assistant":
            if m.calls:
                blocks = []
                for call in m.calls:
                    blocks.append({"type": "tool_use", "id": call.id, "name": call.name, "input": call.input})
                messages.append({"role": "assistant", "content": blocks})
            else:
                messages.append({"role": "assistant", "content": m.content})
        elif m.role == "tool":
            messages.append({"role": "user", "content": [{"type": "tool_result", "tool_use_id": m.call_id, "content": m.content}]})
        else:
            messages.append({"role": "user", "content": m.content})
    return messages


class Claude(Provider):
    def complete(self, entries: list[Entry], tools: list[dict]) -> Answer:
        reply = client.messages.create(model="claude-sonnet-5", max_tokens=4096, messages=build(entries), tools=tools)
        calls = []
        content = ""
        for block in reply.content:
            if block.type == "text":
                content += block.text
            elif block.type == "tool_use":
                calls.append(block)
        return Answer(content, calls)
"#;

const OTHER: &str = r#"
from openai import OpenAI

from base import Answer, Entry, Provider


class Other(Provider):
    def complete(self, entries: list[Entry], tools: list[dict]) -> Answer:
        reply = OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": m.role, "content": m.content} for m in entries])
        return Answer(content=reply.choices[0].message.content or "")
"#;

const TOOLS: &str = r#"
import anthropic

client = anthropic.Anthropic()

def ask(text, schema=None):
    options = {"model": "claude-opus-4-1", "max_tokens": 4096, "messages": [{"role": "user", "content": text}]}
    TOOLS
    reply = client.messages.create(**options)
    if reply.stop_reason == "max_tokens":
        raise RuntimeError("cut off")
    return reply.content[0].text
"#;

/// Tools that are put in under a condition may not be there for this answer.
#[test]
fn the_first_block_is_certainly_no_text_only_where_tools_always_are() {
    let of = |tools: &str| severities("blind-content-index", &[("ask.py", &TOOLS.replace("TOOLS", tools))]);
    let put =
        r#"options["tools"] = [{"name": "out", "description": "d", "input_schema": {"type": "object"}}]"#;
    assert_eq!(of(put), [Severity::Error]);
    assert_eq!(of(&format!("if schema is not None:\n        {put}")), [Severity::Warning]);
    assert_eq!(of(""), [Severity::Warning]);
}

const SAID: &str = r#"
import subprocess
import anthropic

client = anthropic.Anthropic()

def said(text):
    reply = client.messages.create(model="claude-opus-5-5", max_tokens=2048, messages=[{"role": "user", "content": text}])
    return "".join(block.text for block in reply.content if block.type == "text")

def use(text, session, letters):
    USE
"#;

/// What is an argument of a program or of a query is not run.
#[test]
fn texts_beside_code_weigh_less_than_code() {
    let of = |used: &str| severities("unchecked-stop-reason", &[("use.py", &SAID.replace("USE", used))]);
    assert_eq!(of(r#"subprocess.run(["python", "-c", said(text)])"#), [Severity::Error]);
    assert_eq!(of(r#"subprocess.run(["git", "commit", "-m", said(text)])"#), [Severity::Warning]);
    assert_eq!(of("session.execute(said(text))"), [Severity::Error]);
    assert_eq!(
        of(r#"session.execute("INSERT INTO letters VALUES (?, ?)", (1, said(text)))"#),
        [Severity::Error]
    );
    assert_eq!(
        of(r#"return session.execute("SELECT id FROM letters WHERE body = ?", (said(text),)).fetchall()"#),
        [Severity::Warning]
    );
    assert_eq!(
        of("cmd = ['say', '-v', 'Anna']\n    cmd.append(said(text))\n    subprocess.run(cmd)"),
        [Severity::Warning]
    );
    assert_eq!(
        of("cmd = ['bash', '-c']\n    cmd.append(said(text))\n    subprocess.run(cmd)"),
        [Severity::Error]
    );
    assert_eq!(of("return session.execute(select(letters).where(letters.name.in_([said(text)])))"), []);
}

/// Only what is executed is: a program's standard input and the values of a statement are no code.
#[test]
fn what_is_given_beside_a_command_is_not_executed() {
    let of = |end: &str| {
        let code = format!(
            "import Anthropic from '@anthropic-ai/sdk';\nimport {{ execSync, spawnSync }} from 'node:child_process';\n\
             const client = new Anthropic();\nexport async function run(prompt: string, db: D1Database) {{\n\
             const answer = await client.messages.create({{ model: 'claude-sonnet-5-5', max_tokens: 8192, \
             messages: [{{ role: 'user', content: prompt }}] }});\n\
             const text = answer.content.flatMap((b) => (b.type === 'text' ? [b.text] : [])).join('');\n{end}\n}}\n"
        );
        severities("unchecked-stop-reason", &[("run.ts", &code)])
    };
    assert_eq!(of("execSync('pbcopy', { input: text });"), [Severity::Warning]);
    assert_eq!(of("execSync(text);"), [Severity::Error]);
    assert_eq!(of("spawnSync('bash', ['-c', text]);"), [Severity::Error]);
    assert_eq!(of("spawnSync('git', ['commit', '-m', text]);"), [Severity::Warning]);
    assert_eq!(of("Bun.spawn({ cmd: ['bash', '-c', text] });"), [Severity::Error]);
    assert_eq!(of("const more = ['-m', text];\nBun.spawn({ cmd: ['git', ...more] });"), [Severity::Warning]);
    assert_eq!(
        of("return db.execute({ sql: 'SELECT id FROM pages WHERE title = ?', args: [text] });"),
        [Severity::Warning]
    );
    assert_eq!(of("await db.execute({ sql: text, args: [1] });"), [Severity::Error]);
    assert_eq!(
        of("await db.prepare('INSERT INTO pages VALUES (?, ?)').bind(1, text).run();"),
        [Severity::Error]
    );
    assert_eq!(
        of("return db.query({ text: 'SELECT id FROM pages WHERE title = $1', values: [text] });"),
        [Severity::Warning]
    );
    assert_eq!(of("await db.query({ text, values: [1] });"), [Severity::Error]);
    assert_eq!(
        of("return db.prepare('SELECT id FROM pages WHERE title = ?').bind(text).first();"),
        [Severity::Warning]
    );
}

/// A helper that everything goes through is followed to every caller.
#[test]
fn many_callers_of_one_helper_are_each_told() {
    let helper = r#"
import anthropic

client = anthropic.Anthropic()

class Answer:
    def __init__(self, text, stop_reason):
        self.text = text
        self.stop_reason = stop_reason

def ask(prompt):
    reply = client.messages.create(model="claude-opus-5-5", max_tokens=8192, messages=[{"role": "user", "content": prompt}])
    return Answer("".join(b.text for b in reply.content if b.type == "text"), reply.stop_reason)
"#;
    let callers: String = (0..120)
        .map(|n| format!("def keep{n}(path):\n    path.write_text(ask('question {n}').text)\n\n"))
        .collect();
    let uses = format!("from helper import ask\n\n{callers}");
    let found = severities("unchecked-stop-reason", &[("helper.py", helper), ("uses.py", &uses)]);
    assert_eq!(found, vec![Severity::Error; 120]);
}

/// What is taken apart is the program's own envelope, whoever was given the first of the sender's arguments.
#[test]
fn an_answer_in_an_envelope_is_not_parsed() {
    let program = |pack: &str| {
        format!(
            r#"
import json
from functools import partial

import anthropic

client = anthropic.Anthropic()

def pack(kind, text):
    return {pack}

def tell(prompt, wrap):
    reply = client.messages.create(model="claude-opus-5-5", max_tokens=8192, messages=[{{"role": "user", "content": prompt}}])
    return wrap("".join(b.text for b in reply.content if b.type == "text"))

def show(prompt):
    try:
        return json.loads(tell(prompt, partial(pack, "status")))
    except ValueError:
        raise RuntimeError("no envelope")
"#
        )
    };
    let of = |pack: &str| severities("unchecked-stop-reason", &[("tell.py", &program(pack))]);
    assert_eq!(of(r#"json.dumps({"type": kind, "data": text})"#), [Severity::Warning]);
    assert_eq!(of("text"), [Severity::Error]);
}

const CALLS: &str = r#"
import anthropic

client = anthropic.Anthropic()
tools = [{"name": "add", "description": "adds", "input_schema": {"type": "object", "properties": {}}}]

def ask(prompt, run):
    reply = client.messages.create(
        model="claude-opus-4-6", max_tokens=4096, tools=tools, messages=[{"role": "user", "content": prompt}]
    )
    if CONDITION:
        print(reply.content[0].text)
    else:
        for block in reply.content:
            if block.type == "tool_use":
                run(block.input)
"#;

/// Under a test that no answer with a call passes, the block is no call of a tool.
#[test]
fn a_block_that_is_no_call_weighs_less() {
    let of = |condition: &str| {
        let code = CALLS.replace("CONDITION", condition);
        severities("blind-content-index", &[("calls.py", &code)])
    };
    assert_eq!(of("reply.stop_reason == 'end_turn'"), [Severity::Warning]);
    assert_eq!(of("reply.stop_reason != 'tool_use' and prompt"), [Severity::Warning]);
    assert_eq!(of("reply.stop_reason != 'tool_use' or prompt"), [Severity::Error]);
    assert_eq!(of("reply.stop_reason != 'end_turn'"), [Severity::Error]);
    assert_eq!(of("reply.stop_reason in ('end_turn', 'tool_use')"), [Severity::Error]);
    assert_eq!(of("prompt"), [Severity::Error]);
}

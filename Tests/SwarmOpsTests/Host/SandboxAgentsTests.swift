import Foundation
import Testing

@testable import SwarmOps

/// What real agents do must go on working in the sandbox.
@Suite struct SandboxAgentsTests {
  private let program: Program

  init() throws {
    program = try Program()
  }

  /// Code that sets `result`, and what it is then.
  static let habits: [(code: String, result: String)] = [
    (
      """
      import tempfile
      with tempfile.TemporaryDirectory() as folder:
          with open(folder + "/a", "w") as file: file.write("x")
          result = open(folder + "/a").read()
      """, "x"
    ),
    (
      "import subprocess; result = subprocess.check_output('echo a | tr a b', shell=True, text=True).strip()",
      "b"
    ),
    (
      """
      import multiprocessing
      with multiprocessing.Pool(2) as pool: result = str(pool.map(abs, [-1, 2]))
      """, "[1, 2]"
    ),
    (
      """
      import multiprocessing
      lock, shared = multiprocessing.RLock(), multiprocessing.Value("i", 1)
      queue, event = multiprocessing.Queue(), multiprocessing.Event()
      def work():
          with lock, lock: shared.value += 1
          event.wait(30); queue.put(shared.value)
      process = multiprocessing.Process(target=work); process.start()
      event.set(); result = str(queue.get(timeout=30)); process.join()
      """, "2"
    ),
    (
      """
      import multiprocessing
      from multiprocessing import shared_memory
      with multiprocessing.Manager() as manager:
          told = manager.dict(); told["a"] = 1; result = str(told["a"])
      block = shared_memory.SharedMemory(create=True, size=16); block.buf[0] = 7
      again = shared_memory.SharedMemory(block.name)
      result += str(again.buf[0]); again.close(); block.close(); block.unlink()
      """, "17"
    ),
    (
      """
      from concurrent.futures import ProcessPoolExecutor
      with ProcessPoolExecutor(1) as pool: result = str(pool.submit(pow, 2, 3).result())
      """, "8"
    ),
    (
      """
      import sqlite3
      base = sqlite3.connect(os.path.join(os.path.dirname(PATH), "notes.db"))
      base.execute("pragma journal_mode = wal"); base.execute("create table if not exists t (a)")
      base.execute("insert into t values (1)"); base.commit()
      result = str(base.execute("select count(*) from t").fetchone()[0]); base.close()
      """, "1"
    ),
    (
      """
      import ssl
      result = str(ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED)
      """, "True"
    ),
    (
      """
      import datetime, time
      result = str(datetime.datetime.fromtimestamp(0, datetime.timezone.utc).year)
      time.tzset()
      """, "1970"
    ),
    ("import socket; result = str(bool(socket.getaddrinfo('localhost', 80)))", "True"),
    (
      """
      import http.server, threading, urllib.request
      server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
      server.RequestHandlerClass.do_GET = lambda handler: (
          handler.send_response(200), handler.end_headers(), handler.wfile.write(b"served"))
      server.RequestHandlerClass.log_message = lambda *_: None
      threading.Thread(target=server.handle_request, daemon=True).start()
      result = urllib.request.urlopen("http://127.0.0.1:%d/" % server.server_port).read().decode()
      """, "served"
    ),
    (
      """
      import shutil
      source = os.path.join(os.path.dirname(PATH), "a.txt")
      open(source, "w").write("copied")
      for copy in (shutil.copy, shutil.copy2):
          copy(source, os.path.join(os.environ["TMPDIR"], "b.txt"))
      shutil.move(os.path.join(os.environ["TMPDIR"], "b.txt"), source)
      result = open(source).read(); os.remove(source)
      """, "copied"
    ),
    (
      """
      import asyncio
      async def main():
          process = await asyncio.create_subprocess_exec("echo", "x", stdout=-1)
          return (await process.communicate())[0].decode().strip()
      result = asyncio.run(main())
      """, "x"
    ),
    (
      """
      import resource, threading
      resource.setrlimit(resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE))
      thread = threading.Thread(target=os.cpu_count); thread.start(); thread.join()
      result = str(os.cpu_count() > 0 and os.urandom(1) != b"" and os.nice(0) >= 0)
      """, "True"
    ),
    (
      "import platform, uuid, random, getpass, locale; result = str(bool(platform.platform() and uuid.uuid4()))",
      "True"
    ),
  ]

  private static let agent = """
    import os
    class HabitAgent:
        name = "Habit"
        metadata = {"name": "Habit", "parameters": {"type": "object", "properties": {
            "code": {"type": "string"}}}}
        def perform(self, code):
            scope = {"os": os, "PATH": os.environ["BRAINSTEM_MEMORY_PATH"]}
            exec(code, scope)
            return scope["result"]
    """

  @Test(arguments: ["run", "batch"]) func theHabitsOfAgentsWork(way: String) throws {
    try program.deploy(["habit_agent.py": Self.agent])
    for (number, habit) in Self.habits.enumerated() {
      let user = String(format: "00000000-0000-0000-0000-%012d", number)
      let answer: JSONObject
      if way == "run" {
        let outcome = try program(
          "run", "test", "Habit", "code=" + habit.code, "--user", user, "--json")
        answer = try #require(outcome.json?.object, "\(outcome)")
      } else {
        let line = Sources.text([
          "swarm": "test", "name": "Habit", "user_guid": .string(user),
          "args": ["code": .string(habit.code)],
        ])
        let outcome = try program("batch", stdin: line + "\n")
        answer = try #require(
          try JSONValue.parse(Array(outcome.stdout.utf8)).object, "\(outcome)")
      }
      let text = String(decoding: JSONValue.object(answer).serialized(), as: UTF8.self)
      #expect(answer["output"]?.string == habit.result, "\(habit.code)\n\(text)")
      // A batch names the processes that it has ended; nothing else is to be said.
      let warnings = (answer["warnings"]?.array ?? []).filter {
        $0.string?.hasPrefix("ended a process") != true
      }
      #expect(warnings.isEmpty, "\(habit.code)\n\(text)")
    }
  }

  @Test func aVirtualEnvironmentBelowTheHomeFolderWorks() throws {
    let venv = program.folder("home/project/.venv")
    let make = try program.start(
      ["-m", "venv", "--without-pip", venv], executable: "/usr/bin/python3"
    ).wait()
    guard make.status == 0 else { return }
    let version = try program.start(
      ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], executable: "/usr/bin/python3"
    ).wait().stdout.trimmingCharacters(in: .whitespacesAndNewlines)
    let packages = "home/project/.venv/lib/python\(version)/site-packages"
    try program.folder.write(packages + "/only_there.py", "WORD = 'there'\n")
    // As `pip install -e` does.
    try program.folder.write("home/source/editable.py", "WORD = 'edited'\n")
    try program.folder.write(packages + "/editable.pth", program.folder("home/source") + "\n")
    try program.folder.write(
      "bundles/test/words_agent.py",
      Sources.agent(
        "Words", top: "import editable, only_there",
        body: "return only_there.WORD + ' ' + editable.WORD"))
    expect(
      try program("deploy", program.folder("bundles/test"), "--python", venv + "/bin/python3"),
      status: 0)
    let python = venv + "/bin/python3"
    #expect(try program("run", "test", "Words", "--python", python).stdout == "there edited\n")
    let batch = try program(
      "batch", "--python", python, stdin: #"{"swarm": "test", "name": "Words"}"#)
    #expect(batch.stdout.contains("there edited"), "\(batch)")
  }

  @Test func settingsAreKeptShownAndNeverExported() throws {
    try program.deploy(["echo_agent.py": Sources.echo])
    let data = try program.folder.write("home/data.txt", "x")
    expect(
      try program(
        "configure", "test", "--allow-read", data, "--pass-env", "KEY", "--sandbox", "strict",
        "--max-memory", "1GiB"), status: 0)
    let kept: JSONValue = [
      "allow_read": [.string(data)], "level": "strict",
      "max_memory": .number(JSONNumber(1 << 30)), "pass_env": ["KEY"],
    ]
    #expect(try program("configure", "test", "--json").json?["sandbox"] == kept)
    let inspected = try program("inspect", "test")
    #expect(inspected.stdout.contains(data) && inspected.stdout.contains("strict"), "\(inspected)")
    // A deploy keeps them, and neither an export nor another root has them.
    expect(try program("deploy", program.folder("bundles/test")), status: 0)
    #expect(try program("configure", "test", "--json").json?["sandbox"] == kept)
    let export = try program("export", "test")
    #expect(!export.stdout.contains(data) && !export.stdout.contains("strict"), "\(export)")
    #expect(
      try program("run", "test", "Echo", "--json", "--debug").json?["sandbox"]?["level"]
        == "strict")
    #expect(
      try program("run", "test", "Echo", "--json", "--debug", "--sandbox", "standard")
        .json?["sandbox"]?["level"] == "standard")
    expect(try program("configure", "test", "--allow-read", program.root), status: 64)
    expect(try program("configure", "test", "--reset"), status: 0)
    #expect(try program("configure", "test", "--json").json?["sandbox"] == [:])
  }

  @Test func doctorSaysWhatThereIsOfTheSandbox() throws {
    try program.deploy(["echo_agent.py": Sources.echo])
    let facts = try program("doctor", "--json").json?["facts"]
    #expect(facts?["sandbox"]?.string == SandboxSupport.summary)
  }
}

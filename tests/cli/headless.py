"""Debian's Chromium without a window, driven by its DevTools protocol over two pipes, in a network namespace of its own
that leads nowhere."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps",
             "--hide-scrollbars", "--remote-debugging-pipe"]


def why_not():
    """Why no browser can be started here; None: one can."""
    if CHROMIUM is None:
        return "chromium is not installed; ./dev deps does that"
    tried = subprocess.run([*nowhere(), "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "no network namespace can be made: " + tried.stderr.decode().strip()


def nowhere():
    """The command that runs another one where no network is."""
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]


class Browser:
    """One browser, gone with the `with`."""

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory()
        read_commands, self.commands = os.pipe()
        answers, write_answers = os.pipe()
        join = f'exec "$0" "$@" 3<&{read_commands} 4>&{write_answers}'  # where Chromium looks for them
        self.process = subprocess.Popen(
            [*nowhere(), "sh", "-c", join, CHROMIUM, *ARGUMENTS, f"--user-data-dir={self.profile.name}"],
            pass_fds=(read_commands, write_answers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.profile.name})
        os.close(read_commands)
        os.close(write_answers)
        self.answers = os.fdopen(answers, "rb")
        self.last, self.pending, self.events = 0, b"", []
        return self

    def __exit__(self, *_):
        os.close(self.commands)
        self.process.terminate()
        self.process.wait(30)
        self.answers.close()
        shutil.rmtree(self.profile.name, ignore_errors=True)  # what is left of the browser may still write
        self.profile._finalizer.detach()

    def read(self):
        while b"\0" not in self.pending:
            if not select.select([self.answers], [], [], 60)[0]:
                raise AssertionError("the browser says nothing")
            octets = os.read(self.answers.fileno(), 1 << 20)
            if not octets:
                raise AssertionError("the browser has ended")
            self.pending += octets
        message, self.pending = self.pending.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.last += 1
        command = {"id": self.last, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        while True:
            message = self.read()
            if message.get("id") == self.last:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def page(self, **view):
        return Page(self, **view)


class Page:
    """A tab. `said` is what reached its console, `asked` what it asked for, `opened` its dialogs."""

    def __init__(self, browser, width=1440, height=900, dark=False, script=True, mobile=False):
        self.browser, self.runs_script = browser, script
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=2 if mobile else 1, mobile=mobile)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Emulation.setScriptExecutionDisabled", value=not script)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def open(self, path):
        self.browser.events.clear()
        self.call("Page.navigate", url=f"file://{path}")
        while not any(self.is_mine(event, "Page.loadEventFired") for event in self.browser.events):
            self.browser.events.append(self.browser.read())
        if self.runs_script:
            self.evaluate("new Promise(done => setTimeout(done, 50))")

    def is_mine(self, event, method):
        return event.get("sessionId") == self.session and event.get("method") == method

    def of(self, method):
        return [event["params"] for event in self.browser.events if self.is_mine(event, method)]

    @property
    def said(self):
        entries = [entry["entry"]["text"] for entry in self.of("Log.entryAdded")]
        return entries + [str(call["args"]) for call in self.of("Runtime.consoleAPICalled")] + [
            each["exceptionDetails"]["text"] for each in self.of("Runtime.exceptionThrown")]

    @property
    def asked(self):
        return [request["request"]["url"] for request in self.of("Network.requestWillBeSent")]

    @property
    def dialogs(self):
        return [dialog["message"] for dialog in self.of("Page.javascriptDialogOpening")]

    def evaluate(self, expression):
        """What an expression gives, also where the page's own scripts are off."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def picture(self, whole=False):
        options = {"captureBeyondViewport": True} if whole else {}
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            options["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", **options)["data"])

    def printed(self):
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"])

"""What waybill says of hostile words and files that it refuses: the table of hostile_output.py's messages."""

# Each is called with a hostile text in place of {}, and ends with one of these statuses; the message tells it or not.
WORDS = {
    "a command": (("{}",), (64,)),
    "an option": (("report", "case", "--{}"), (64,)),
    "an option's word": (("report", "case", "--format", "{}"), (64,)),
    "a case": (("report", "{}"), (65,)),
    "a capture": (("analyze", "{}"), (66,)),
    "an expression": (("analyze", "--filter", "{}", "case/data/packets-0001.pcapng"), (64, 65)),
    "a policy": (("check", "case", "--policy", "{}"), (78,)),
    "a folder of rules": (("rules", "--rules", "{}", "list"), (78,)),
    "a rule": (("rules", "show", "{}"), (64,)),
    "an endpoint": (("rules", "explain", "{}"), (64,)),
    "a vendor": (("report", "case", "--declared", "{}"), (64,)),
    "a case to compare": (("diff", "{}", "case"), (66,)),
    "a plan": (("experiment", "{}"), (66, 78)),
    "an arm's purpose": (("experiment", "--arm", "a", "--arm", "b", "--covers", "{}", "--", "true"), (64,)),
    "an experiment": (("experiment", "report", "{}"), (66,)),
    "a log": (("annotate", "{}"), (66,)),
    "a log's format": (("annotate", "--format", "{}", "hosts"), (64,)),
    "a column": (("annotate", "--column", "{}", "log.csv"), (64, 65)),
    "a sealed case": (("verify", "{}"), (66,)),
    "a public key": (("verify", "sealed", "--key", "{}"), (66,)),
    "a private key": (("seal", "case", "--key", "{}"), (66,)),
    "an entry of custody": (("custody", "add", "case", "{}", "--by", "{}"), (0, 64)),
    "a field": (("redact", "whole", "--open", "{}"), (64, 65, 66)),
    "a share": (("redact", "whole", "-o", "hosts/{}", "--word", "w"), (73,)),
    "a time": (("run", "--network", "sinkhole", "--timeout", "{}", "--", "true"), (64,)),
    "a variable": (("run", "--network", "sinkhole", "--env", "{}", "--", "true"), (0, 64)),
    "a recipe": (("run", "--recipe", "{}"), (66, 78)),
    "a program": (("run", "--network", "sinkhole", "--", "./{}"), (127, 126)),
    "a mark's case": (("mark", "x", "--case", "{}"), (64, 66, 73)),
    "a page": (("report", "case", "--format", "html", "--output", "{}/x"), (73,)),
    "a sample": (("demo", "{}/x", "--no-open"), (73,)),
    "a capture to trim": (("trim", "{}", "-o", "out.pcapng"), (66,)),
    "a place": (("export", "case", "--to", "{}"), (64,)),
}

# The same of the program that verifies alone.
WORDS_TO_VERIFY = {
    "a case": (("{}",), (66,)),
    "a key": (("sealed", "--key", "{}"), (66,)),
    "an option": (("sealed", "--{}"), (64,)),
    "a second case": (("sealed", "{}"), (64,)),
}

# Files that are read, as what refuses them, and how they are damaged: a member of that name, a text, octets that are no
# UTF-8, a surrogate alone. The message is in {}.
FILES = {
    "a pack": ("packs/hostile.json", ("rules", "--rules", "packs", "list"), (78,)),
    "a policy": ("policy.json", ("check", "case", "--policy", "policy.json"), (78,)),
    "a plan": ("plan.json", ("experiment", "plan.json"), (65,)),
    "a recipe": ("recipe.json", ("run", "--recipe", "recipe.json"), (65,)),
    "a run": ("broken/data/run.json", ("report", "broken"), (65,)),
    "owners": ("broken/data/owners.ndjson", ("analyze", "broken"), (65,)),
    "marks": ("broken/data/marks.ndjson", ("analyze", "broken"), (65,)),
    "custody": ("sealed/custody.ndjson", ("custody", "list", "sealed"), (3,)),
    "a configuration": ("config/waybill/config.json", ("run", "--", "true"), (65,)),
}
DAMAGES = {
    "a member": b'{"%s":1}',
    "a text": b'"%s"',
    "no JSON": b'%s',
    "octets": b'{"a":"\xff\xc3%s"}',
    "half a surrogate": b'{"a":"\\ud800%s"}',
    "a repeated member": b'{"%s":1,"%s":2}',
}

"""The demo cluster of ./run.sh starts by its path, runs and stops."""

import sys

from programs import ENVIRONMENT, ROOT, Program, eventually


def test_demo_comes_up_lives_and_stops(folder, responder, started):
    program = ROOT / "tests" / "integration" / "worlds" / "fake_kubernetes" / "demo.py"
    demo = Program([sys.executable, "-B", str(program), "--kubeconfig", str(folder / "demo"), "--pace", "0.02"],
                   ENVIRONMENT)
    started.append(demo)
    eventually(lambda: (folder / "demo").exists() and (folder / "demo").read_text().endswith("{}\n"))
    shields = responder(kubeconfig=folder / "demo")
    assert {"web", "api", "db", "mail", "log-agent"} <= set(shields.get("/services/").json())
    seen = set()
    eventually(lambda: seen.add(shields.shield("/c/health/")[1]) or {"red", "green"} <= seen
               or {"red", "yellow"} <= seen)
    eventually(lambda: shields.shield("/_/wiki/health/")[0] == "1/1 (0 restarts)")
    eventually(lambda: shields.shield("/_/backup/health/")[0] == "failed")

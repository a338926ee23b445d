"""For scripts that run the program on JSON lines: `from json_lines import ok, ...`. sys.argv has the program and the model.
The current folder is a new one, which finish() removes."""
import os
import shutil
import sys
import tempfile

program, model = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp()
os.environ["XDG_DATA_HOME"] = folder
os.chdir(folder)
failed = 0


def ok(name, good, what=""):
    global failed
    print(("ok " if good else "not ok ") + name)
    if not good:
        print("   ", repr(what)[:1500])
        failed = 1


def finish():
    shutil.rmtree(folder)
    sys.exit(failed)

# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the daemon: small files against nginx, memory beside a large store, pages of one. Used by `run`."""
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request

FILES, CONNECTIONS, SECONDS, REALISATIONS, OUTPUTS = 100, 16, 4, 100000, 10000


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("nobody listens on port %d" % port)


def rate(port, tmp):
    """Requests a second, by wrk, over FILES files in turn. The better of two runs."""
    script = tmp + "/wrk.lua"
    with open(script, "w") as f:
        f.write('local n = 0\nfunction request()\n  n = n + 1\n'
                '  return wrk.format("GET", "/f" .. n %% %d .. ".narinfo")\nend\n'
                'function done(s)\n  io.write(string.format("RATE %%f %%d\\n", s.requests / s.duration * 1e6,\n'
                '    s.errors.status + s.errors.read + s.errors.connect + s.errors.timeout))\nend\n' % FILES)
    best = 0
    for _ in range(2):
        out = subprocess.run(["wrk", "-t1", "-c%d" % CONNECTIONS, "-d%ds" % SECONDS, "-s", script,
                              "http://127.0.0.1:%d" % port], check=True, stdout=subprocess.PIPE).stdout.decode()
        line = [x for x in out.split("\n") if x.startswith("RATE")][0].split()
        if int(line[2]):
            raise RuntimeError("errors: " + out)
        best = max(best, float(line[1]))
    return best


def nginx(tmp, folder, workers, measure=rate):
    """What MEASURE(port, tmp) gives of an nginx that serves FOLDER."""
    port = free_port()
    conf = "%s/nginx-%s.conf" % (tmp, workers)
    with open(conf, "w") as f:
        f.write("daemon off; worker_processes %s; pid %s/nginx.pid; error_log stderr crit;\n"
                "events { worker_connections 1024; }\n"
                "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;\n"
                "  client_body_temp_path %s/nb; proxy_temp_path %s/np; fastcgi_temp_path %s/nf;\n"
                "  uwsgi_temp_path %s/nu; scgi_temp_path %s/ns;\n"
                "  server { listen 127.0.0.1:%d; root %s; } }\n" % (workers, tmp, tmp, tmp, tmp, tmp, tmp, port, folder))
    p = subprocess.Popen(["nginx", "-p", tmp, "-c", conf], stderr=subprocess.DEVNULL)
    wait_for(port)
    try:
        return measure(port, tmp)
    finally:
        p.send_signal(signal.SIGTERM)
        p.wait()


def longest(port, path, clients=50, times=5):
    """The longest that one of so many clients, who ask at once, waits for PATH, in seconds."""
    waits = []

    def ask():
        for _ in range(times):
            start = time.monotonic()
            urllib.request.urlopen("http://127.0.0.1:%d/%s" % (port, path), timeout=60).read()
            waits.append(time.monotonic() - start)

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if len(waits) != clients * times:
        raise RuntimeError("%d of %d answers" % (len(waits), clients * times))
    return max(waits)


def peak_mib(pid):
    with open("/proc/%d/status" % pid) as f:
        return [int(x.split()[1]) for x in f if x.startswith("VmHWM")][0] / 1024


def memory_of(command, env):
    """Peak of a command that ends, in MiB."""
    p = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return os.wait4(p.pid, 0)[2].ru_maxrss / 1024


def many(build, tmp, row):
    """Pages of a store of OUTPUTS outputs, each made for the first time."""
    state = ("/dev/shm" if os.path.isdir("/dev/shm") else tmp) + "/boot-hurd-many-%d" % os.getpid()
    daemon = None
    try:
        subprocess.run([build + "/bench/outputs", state, str(OUTPUTS)], check=True)
        port = free_port()
        with open(tmp + "/many.json", "w") as f:
            json.dump({"daemon": {"state": state, "control": {"socket": tmp + "/many"},
                                  "public": {"listen": ["127.0.0.1:%d" % port]}}}, f)
        daemon = subprocess.Popen([build + "/bin/boot-hurdd", "--config", tmp + "/many.json"], stderr=subprocess.DEVNULL)
        wait_for(port)
        for path in ("", "outputs.html", "graph.html", "output/output-05000.html", "run/1.html", "api/v1/outputs"):
            start = time.monotonic()
            urllib.request.urlopen("http://127.0.0.1:%d/%s" % (port, path), timeout=60).read()
            took = time.monotonic() - start
            row("%d outputs: %s" % (OUTPUTS, path or "the overview"), took * 1000, 200, "ms", "ours <= 200", took <= 0.2)
    finally:
        if daemon:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()
        subprocess.run("chmod -R u+w %s; rm -rf %s" % (state, state), shell=True)


def rows(build, tmp, row):
    tmp += "/serve"
    folder = tmp + "/pub"
    os.makedirs(folder)
    os.chmod(os.path.dirname(tmp), 0o755)
    for i in range(FILES):
        with open("%s/f%d.narinfo" % (folder, i), "w") as f:
            f.write("StorePath: x\n" * 40)
    # in memory, where there is room for it: to sync 100,000 files is not what is measured
    state = ("/dev/shm" if os.path.isdir("/dev/shm") else tmp) + "/boot-hurd-bench-%d" % os.getpid()
    daemon = None
    try:
        subprocess.run([build + "/bench/realisations", state, str(REALISATIONS)], check=True)
        port = free_port()
        with open(tmp + "/config.json", "w") as f:
            json.dump({"daemon": {"state": state, "control": {"socket": tmp + "/control"},
                                  "public": {"listen": ["127.0.0.1:%d" % port], "folder": folder, "per_client": 200}}}, f)
        daemon = subprocess.Popen([build + "/bin/boot-hurdd", "--config", tmp + "/config.json"],
                                  stderr=subprocess.DEVNULL)
        wait_for(port)
        one, ours, two = nginx(tmp, folder, "1"), rate(port, tmp), nginx(tmp, folder, "auto")
        row("small files a second, nginx (one worker)", ours, one, "/s", "ours >= other / 2", ours >= one / 2)
        row("... nginx (a worker per processor)", ours, two, "/s", "ours >= other / 2", ours >= two / 2)
        env = dict(os.environ, BOOT_HURD_SOCKET=tmp + "/control")
        env.pop("BOOT_HURD_STATE", None)
        for command in (["root", "list"], ["gc", "--dry-run"]):
            subprocess.run([build + "/bin/boot-hurd"] + command, check=True, env=env, stdout=subprocess.DEVNULL)
        mib = peak_mib(daemon.pid)
        row("memory of the daemon, %d realisations" % REALISATIONS, mib, 64, "MiB", "ours <= 64", mib <= 64)
        env["BOOT_HURD_STATE"] = state
        job = memory_of([build + "/bin/boot-hurd", "gc", "--dry-run", "--no-daemon"], env)
        row("... and of a job (gc)", job, 64, "MiB", "together <= 64", mib + job <= 64)
        # The overview, which is made of the store, against the same bytes as a file; something is at work.
        with open(folder + "/overview.html", "wb") as f:
            f.write(urllib.request.urlopen("http://127.0.0.1:%d/" % port, timeout=60).read())
        work = subprocess.Popen(["sh", "-c", "while :; do '%s/bin/boot-hurd' store check --no-daemon; done" % build],
                                env=dict(os.environ, BOOT_HURD_STATE=state), start_new_session=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            page = longest(port, "")
            file = nginx(tmp, folder, "auto", lambda port, tmp: longest(port, "overview.html"))
        finally:
            os.killpg(work.pid, signal.SIGKILL)
            work.wait()
        row("longest wait of 50 clients for a page, nginx", page * 1000, file * 1000, "ms", "ours <= 3 x other",
            page <= 3 * file)
        many(build, tmp, row)
    finally:
        if daemon:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()
        subprocess.run("chmod -R u+w %s; rm -rf %s" % (state, state), shell=True)
        shutil.rmtree(tmp, ignore_errors=True)

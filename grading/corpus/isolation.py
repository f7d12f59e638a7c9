"""Submissions that reach for the machine: each answer is right only where everything that it tried was refused."""

from __future__ import annotations

from .entry import FILE, Table, before, probing

add = Table("isolation")
ENTRIES = add.entries

BY_ROOT = "assert os.getuid() >= 200_000"
"""In a box that an ordinary user built, process 1 has the user of the cells, and nothing that they do not have."""

add(
    "loopback",
    "connections to this machine",
    probing(
        "shares",
        [
            "socket.create_connection(('127.0.0.1', @PORT@), timeout=1)",
            "socket.create_connection(('::1', @PORT@), timeout=1)",
            "socket.create_connection(('localhost', @PORT@), timeout=1)",
            "socket.socket(socket.AF_UNIX).connect('\\0corpus-@PORT@')",
            "socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket')",
            "socket.socket(socket.AF_VSOCK).connect((2, @PORT@))",
        ],
    ),
)
add(
    "network",
    "connections to other machines, names, raw packets",
    probing(
        "shares",
        [
            "socket.create_connection(('192.0.2.1', 80), timeout=0.2)",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
            "socket.getaddrinfo('example.org', 80)",
            "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
            "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
            "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).bind((0, -1))",
        ],
    ),
)
add(
    "serves",
    "a server inside the box, which nobody can reach",
    before(
        "shares",
        """\
import socket
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()""",
    ),
)
add(
    "writes",
    "files outside the scratch space",
    probing(
        "shares",
        [
            f"open({place!r} + '/{FILE}', 'w')"
            for place in (
                "",
                "/box",
                "/box/tinyml",
                "/usr",
                "/usr/lib",
                "/etc",
                "/root",
                "/home",
                "/var",
                "/var/tmp",
                "/dev",
                "/dev/shm",
                "/proc",
                "/sys",
                "/work",
                "/bin",
                "/opt",
                "/tmp/..",
            )
        ]
        + [
            "os.mkdir('/new')",
            "os.rename('/box/tinyml', '/tmp/tinyml')",
            "os.symlink('/', '/usr/x')",
            "open('/box/grading/box/inside.py', 'a')",
            "os.chmod('/box', 0o777)",
            "os.unlink('/bin/true')",
            "open('/proc/sys/kernel/hostname', 'w').write('x')",
            "open('/proc/sysrq-trigger', 'w').write('b')",
            "open(sys.executable, 'r+b')",
            "open('@HERE@/solutions.ipynb', 'a')",
        ],
    ),
)
add(
    "scratch-only",
    "a file in the scratch space, which is gone afterwards",
    before("shares", f"open('/tmp/{FILE}', 'w').write('x')\nopen('{FILE}-too', 'w').write('x')"),
)
add(
    "reads",
    "files of the machine",
    probing(
        "shares",
        [
            *(f"assert os.listdir('{place}')" for place in ("/home", "/var", "/mnt", "/srv", "/run", "/sys", "@HERE@")),
            *(
                f"assert open('{path}').read()"
                for path in (
                    "/etc/shadow",
                    "/etc/passwd",
                    "/etc/hostname",
                    "/root/.bashrc",
                    "/proc/kcore",
                    "/proc/kmsg",
                    "/dev/mem",
                    "/dev/sda",
                    "/dev/kmsg",
                    "@HERE@/solutions.ipynb",
                    "@HERE@/../course/source/paper/paper.ipynb",
                    "/box/grading/marking/checker.py",
                    "/box/grading/intake/master.py",
                )
            ),
            *(f"{BY_ROOT} and os.listdir('/proc/1/{name}')" for name in ("root", "fd", "cwd")),
            *(f"{BY_ROOT} and open('/proc/1/{name}').read()" for name in ("environ", "mem", "maps")),
            "assert 'ADMIN' in str(os.environ)",
        ],
    ),
)
add(
    "users",
    "the rights of somebody else",
    probing(
        "shares",
        [
            "os.setuid(0)",
            "os.setgid(0)",
            "os.setresuid(0, 0, 0)",
            "os.setgroups([0])",
            "assert os.getuid() == 0",
            "os.setuid(65534 if os.getuid() != 65534 else 1000)",
            "os.nice(-5)",
            "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
            "import subprocess; subprocess.run(['/usr/bin/su', '-c', 'true'], check=True, stdin=subprocess.DEVNULL)",
            "import subprocess; subprocess.run(['/usr/bin/mount', '-t', 'tmpfs', 'none', '/tmp'], check=True)",
            "os.chown('/tmp', 0, 0)",
            "os.mknod('/tmp/device', 0o60666, os.makedev(8, 0))",
        ],
    ),
)
add(
    "namespaces",
    "a new world of one's own, with rights in it",
    probing(
        "shares",
        [
            *(f"refused(libc.unshare({flag:#x}))" for flag in (0x10000000, 0x00020000, 0x40000000, 0x20000000)),
            "refused(libc.setns(os.open('/proc/1/ns/net', os.O_RDONLY), 0))",
            "refused(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))",
            "refused(libc.umount2(b'/proc', 2))",
            "refused(libc.pivot_root(b'/', b'/tmp'))",
            "os.chroot('/tmp')",
            "refused(libc.sethostname(b'x', 1))",
            "import subprocess; subprocess.run(['/usr/bin/unshare', '-Ur', 'true'], check=True)",
            "import subprocess; subprocess.run(['/usr/bin/bwrap', '--bind', '/', '/', 'true'], check=True)",
            "refused(libc.syscall(435, (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17), 88) or os._exit(0))",
        ],
    ),
)
add(
    "kernel",
    "calls that only the kernel's friends need",
    probing(
        "shares",
        [
            "refused(libc.ptrace(16, 1, 0, 0))",
            "refused(libc.ptrace(0, 0, 0, 0))",
            "refused(libc.syscall(321, 0, 0, 0))",
            "refused(libc.syscall(298, (ctypes.c_char * 120)(), 0, -1, -1, 0))",
            "refused(libc.syscall(425, 8, (ctypes.c_char * 120)()))",
            "refused(libc.syscall(248, b'user', b'a', b'b', 1, -2))",
            "refused(libc.syscall(323, 1))",
            "refused(libc.reboot(0x89abcdef))",
            "refused(libc.settimeofday((ctypes.c_long * 2)(0, 0), None))",
            "refused(libc.swapoff(b'/'))",
            "refused(libc.shmget(1, ctypes.c_size_t(4096), 0o1600))",
        ],
    ),
)
add(
    "other-processes",
    "signals to the parent and to everything else",
    probing(
        "shares",
        [
            "assert [pid for pid in os.listdir('/proc') if pid.isdigit() and int(pid) not in (1, os.getpid())]",
            f"{BY_ROOT} and open('/proc/1/mem', 'r+b')",
            "fd = os.pidfd_open(1); refused(libc.syscall(438, fd, 0, 0))",
        ],
        """\
for signal in (1, 2, 9, 15, 19):
    for process in (1, os.getppid()):
        try:
            os.kill(process, signal)
        except OSError:
            pass
""",
    ),
)
add(
    "terminal",
    "keys typed into the instructor's terminal",
    probing(
        "shares",
        [
            "import fcntl, termios; fcntl.ioctl(os.open('/dev/tty', os.O_RDWR), termios.TIOCSTI, b'x')",
            "open('/dev/tty', 'w').write('x')",
            "import fcntl, termios; [fcntl.ioctl(fd, termios.TIOCSTI, b'x') for fd in range(3)]",
            "os.tcsetpgrp(0, os.getpgrp())",
        ],
    ),
)

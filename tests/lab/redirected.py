# SPDX-License-Identifier: GPL-3.0-or-later
"""USB devices made by the lab itself, plugged into the workstation through QEMU's usb-redir.

The lab takes the "usb-host" side of the USB network redirection protocol 0.7: little-endian packets of a
header (type, length, id) and a body. For what QEMU's own devices cannot do: a stick that stops answering, a mouse
of 1000 reports a second, forged descriptors.
"""
import socket
import struct
import threading

from waiting import LabError

ACCEPT_SECONDS = 30
FULL_SPEED, HIGH_SPEED = 1, 2
SUCCESS, CANCELLED, STALL = 0, 1, 4
INTERFACE, ENDPOINT = 4, 5  # descriptor types of USB 2.0, table 9-5
BULK, IN, OUT = 2, 0x81, 0x02  # a kind of endpoint, and the addresses of the first pair
NO_ENDPOINT = 255

_HELLO, _CONNECT = 0, 1
_RESET, _INTERFACE_INFO, _ENDPOINT_INFO = 3, 4, 5
_SET_CONFIGURATION, _GET_CONFIGURATION, _CONFIGURATION_STATUS = 6, 7, 8
_SET_ALTERNATE, _GET_ALTERNATE, _ALTERNATE_STATUS = 9, 10, 11
_START_INTERRUPT, _STOP_INTERRUPT, _INTERRUPT_STATUS = 15, 16, 17
_CANCEL = 21
_CONTROL, _BULK, _INTERRUPT = 100, 101, 103

# Capability bits: device version in connect, packet sizes in endpoint info, 64-bit ids, 32-bit bulk lengths.
_CAPABILITIES = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6
_SHORT_HEADER, _HEADER = struct.Struct("<III"), struct.Struct("<IIQ")
_CONTROL_BODY, _BULK_BODY, _INTERRUPT_BODY = (struct.Struct(form) for form in ("<BBBBHHH", "<BBHIH", "<BBH"))

_GET_DESCRIPTOR = 6
_DEVICE_DESCRIPTOR, _CONFIGURATION_DESCRIPTOR, _STRING_DESCRIPTOR = 1, 2, 3


class Unplugged(LabError):
    """QEMU has pulled the device out."""


class RedirectedDevice:
    """One device. Subclasses answer its class requests and endpoints; all their methods run on its own thread."""

    speed = HIGH_SPEED

    def __init__(self, device, configuration, strings=()):
        """The descriptors as bytes; `strings` are those with index 1, 2, …"""
        self._device, self._configuration, self._strings = device, configuration, strings
        self._sending = threading.Lock()
        self._handlers = {
            _HELLO: self._greet, _RESET: lambda *_: self.reset(), _CONTROL: self._take_control, _BULK: self._take_bulk,
            _SET_CONFIGURATION: self._report_configuration, _GET_CONFIGURATION: self._report_configuration,
            _SET_ALTERNATE: self._report_alternate, _GET_ALTERNATE: self._report_alternate,
            _START_INTERRUPT: self._start_interrupt, _STOP_INTERRUPT: self._stop_interrupt,
            _CANCEL: lambda number, _: self.cancelled(number)}

    # -- what a subclass answers --------------------------------------------------------------------------------

    def class_request(self, request_type, request, value, index, length):
        """Answer to a class or interface request: bytes, or None to refuse it."""
        return None

    def bulk_in(self, number, endpoint, length):
        """QEMU wants data; reply_bulk now or later."""

    def bulk_out(self, number, endpoint, data):
        """QEMU sends data; reply_bulk now or later."""

    def reset(self):
        pass

    def cancelled(self, number):
        """QEMU gives a transfer up."""

    def interrupt_started(self, endpoint):
        pass

    # -- what a subclass calls ----------------------------------------------------------------------------------

    def reply_bulk(self, number, endpoint, data=b"", status=SUCCESS, taken=0):
        length = len(data) or taken
        body = _BULK_BODY.pack(endpoint, status, length & 0xffff, 0, length >> 16)
        self._send(_BULK, number, body + data)

    def send_interrupt(self, number, endpoint, data):
        self._send(_INTERRUPT, number, _INTERRUPT_BODY.pack(endpoint, SUCCESS, len(data)) + data)

    # -- plugging -----------------------------------------------------------------------------------------------

    def listen(self, path):
        """Waits on a Unix socket for QEMU, in a thread of its own."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        listener.listen(1)
        listener.settimeout(ACCEPT_SECONDS)
        threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def _serve(self, listener):
        with listener:
            self._socket, _ = listener.accept()
        self._socket.settimeout(None)
        with self._socket, self._socket.makefile("rb") as stream:
            version = b"vaktpost lab".ljust(64, b"\0") + struct.pack("<I", _CAPABILITIES)
            self._socket.sendall(_SHORT_HEADER.pack(_HELLO, len(version), 0) + version)
            header = _SHORT_HEADER  # the hello comes before both sides know of 64-bit ids
            try:
                while packet := stream.read(header.size):
                    kind, length, number = header.unpack(packet)
                    body = stream.read(length)
                    if handler := self._handlers.get(kind):
                        handler(number, body)
                    header = _HEADER
            except (OSError, Unplugged):
                pass

    def _send(self, kind, number, body):
        with self._sending:
            try:
                self._socket.sendall(_HEADER.pack(kind, len(body), number) + body)
            except OSError:
                raise Unplugged("the redirected device is unplugged") from None

    def _greet(self, _number, hello):
        capabilities, = struct.unpack_from("<I", hello, 64)
        if ~capabilities & _CAPABILITIES:
            raise LabError(f"this QEMU's usb-redir lacks capabilities: {capabilities:#x}")
        interfaces, endpoints = _walk(self._configuration)
        self._send(_ENDPOINT_INFO, 0, endpoints)
        self._send(_INTERFACE_INFO, 0, interfaces)
        classes, ids = self._device[4:7], self._device[8:14]
        self._send(_CONNECT, 0, bytes([self.speed]) + classes + ids)

    # -- requests -----------------------------------------------------------------------------------------------

    def _take_control(self, number, body):
        endpoint, request, request_type, _, value, index, length = _CONTROL_BODY.unpack_from(body)
        if request == _GET_DESCRIPTOR and request_type == 0x80:
            answer = self._descriptor(value >> 8, value & 0xff)
        else:
            answer = self.class_request(request_type, request, value, index, length)
        status = STALL if answer is None else SUCCESS
        answer = (answer or b"")[:length]
        taken = len(answer) if endpoint & 0x80 else length
        self._send(_CONTROL, number, _CONTROL_BODY.pack(endpoint, request, request_type, status, value, index, taken)
                   + answer)

    def _descriptor(self, kind, index):
        if kind == _DEVICE_DESCRIPTOR:
            return self._device
        if kind == _CONFIGURATION_DESCRIPTOR:
            return self._configuration
        if kind == _STRING_DESCRIPTOR and index <= len(self._strings):
            text = self._strings[index - 1].encode("utf-16-le") if index else b"\x09\x04"  # English
            return bytes([2 + len(text), _STRING_DESCRIPTOR]) + text
        return None

    def _take_bulk(self, number, body):
        endpoint, _, low, _, high = _BULK_BODY.unpack_from(body)
        if endpoint & 0x80:
            self.bulk_in(number, endpoint, low | high << 16)
        else:
            self.bulk_out(number, endpoint, body[_BULK_BODY.size:])

    def _report_configuration(self, number, _body):
        self._send(_CONFIGURATION_STATUS, number, bytes([SUCCESS, 1]))

    def _report_alternate(self, number, body):
        self._send(_ALTERNATE_STATUS, number, bytes([SUCCESS, body[0], 0]))

    def _start_interrupt(self, number, body):
        self._send(_INTERRUPT_STATUS, number, bytes([SUCCESS, body[0]]))
        self.interrupt_started(body[0])

    def _stop_interrupt(self, number, body):
        self._send(_INTERRUPT_STATUS, number, bytes([SUCCESS, body[0]]))


def _walk(configuration):
    """The protocol's tables of interfaces and endpoints, from the configuration descriptor."""
    interfaces, number = [], 0
    # Index 0 to 15: OUT endpoints, 16 to 31: IN. Endpoint 0 is there both ways.
    kinds, intervals, owners, sizes = bytearray([NO_ENDPOINT] * 32), bytearray(32), bytearray(32), [0] * 32
    for zero in (0, 16):
        kinds[zero], sizes[zero] = 0, 64
    at = 0
    while at < len(configuration):
        length, kind = configuration[at], configuration[at + 1]
        if kind == INTERFACE and configuration[at + 3] == 0:
            number = configuration[at + 2]
            interfaces.append((number, *configuration[at + 5:at + 8]))
        elif kind == ENDPOINT:
            address, attributes, size, interval = struct.unpack_from("<BBHB", configuration, at + 2)
            slot = address & 0x0f | (address & 0x80) >> 3
            kinds[slot], intervals[slot], owners[slot], sizes[slot] = attributes & 3, interval, number, size
        at += length
    columns = [bytes(column).ljust(32, b"\0") for column in zip(*interfaces)]
    return (struct.pack("<I", len(interfaces)) + b"".join(columns),
            bytes(kinds + intervals + owners) + struct.pack("<32H", *sizes))


def device_descriptor(vendor, product, classes=(0, 0, 0), strings=0):
    """USB 2.0, table 9-8. The first `strings` of manufacturer, product and serial are named."""
    return struct.pack("<BBHBBBBHHHBBBB", 18, _DEVICE_DESCRIPTOR, 0x0200, *classes, 64, vendor, product, 0x0100,
                       *(index if index <= strings else 0 for index in (1, 2, 3)), 1)


def configuration_descriptor(*parts):
    """USB 2.0, table 9-10, with the descriptors that belong to it."""
    rest = b"".join(parts)
    interfaces = len({part[2] for part in parts if part[1] == INTERFACE})
    return struct.pack("<BBHBBBBB", 9, _CONFIGURATION_DESCRIPTOR, 9 + len(rest), interfaces, 1, 0, 0x80, 50) + rest


def interface_descriptor(number, classes, endpoints):
    return struct.pack("<BBBBBBBBB", 9, INTERFACE, number, 0, endpoints, *classes, 0)


def endpoint_descriptor(address, attributes, size, interval):
    return struct.pack("<BBBBHB", 7, ENDPOINT, address, attributes, size, interval)

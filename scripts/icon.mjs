import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

// Draws icon.png: a server in the middle, its participants around it, on a sky-blue tile.

const size = 512;
const samples = 3;
const sky = { top: [86, 196, 255], bottom: [22, 120, 232] };
const white = [255, 255, 255];
const hub = { x: 256, y: 256, radius: 62 };
const participants = [0, 1, 2, 3, 4].map((index) => {
  const angle = ((index * 72 - 90) * Math.PI) / 180;
  return { x: hub.x + 152 * Math.cos(angle), y: hub.y + 152 * Math.sin(angle), radius: 36 };
});

const inDisc = (x, y, disc) => Math.hypot(x - disc.x, y - disc.y) <= disc.radius;

/** Whether a point lies within half of `width` of the line from the hub to a participant. */
function onSpoke(x, y, end, width) {
  const [dx, dy] = [end.x - hub.x, end.y - hub.y];
  const along = ((x - hub.x) * dx + (y - hub.y) * dy) / (dx * dx + dy * dy);
  const nearest = Math.min(1, Math.max(0, along));
  return Math.hypot(x - hub.x - nearest * dx, y - hub.y - nearest * dy) <= width / 2;
}

function inTile(x, y) {
  const [margin, radius] = [16, 104];
  const beyond = (value) => Math.max(margin + radius - value, value - (size - margin - radius), 0);
  return Math.hypot(beyond(x), beyond(y)) <= radius;
}

/** Red, green, blue and opacity of a point. */
function colourAt(x, y) {
  if (!inTile(x, y)) return [0, 0, 0, 0];
  const share = y / size;
  const blue = sky.top.map((from, index) => from + (sky.bottom[index] - from) * share);
  const inner = { ...hub, radius: hub.radius - 26 };
  const drawn =
    (inDisc(x, y, hub) && !inDisc(x, y, inner)) ||
    participants.some((disc) => inDisc(x, y, disc) || (onSpoke(x, y, disc, 18) && !inDisc(x, y, hub)));
  return [...(drawn ? white : blue), 255];
}

function pixel(column, row) {
  const sum = [0, 0, 0, 0];
  for (let i = 0; i < samples * samples; i++) {
    const x = column + ((i % samples) + 0.5) / samples;
    const y = row + (Math.floor(i / samples) + 0.5) / samples;
    const [red, green, blue, opacity] = colourAt(x, y);
    for (const [index, value] of [red * opacity, green * opacity, blue * opacity, opacity].entries()) {
      sum[index] += value;
    }
  }
  const opacity = sum[3];
  return [
    ...sum.slice(0, 3).map((value) => Math.round(opacity && value / opacity)),
    Math.round(opacity / samples ** 2),
  ];
}

/** One row, each byte as its difference from the pixel to the left (PNG filter 1). */
function scanline(row) {
  const bytes = Array.from({ length: size }, (_, column) => pixel(column, row)).flat();
  return Buffer.from([1, ...bytes.map((byte, index) => byte - (bytes[index - 4] ?? 0))]);
}

function chunk(type, data) {
  const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, checksum]);
}

const header = Buffer.alloc(13);
header.writeUInt32BE(size, 0);
header.writeUInt32BE(size, 4);
header.set([8, 6], 8); // 8 bits a channel; red, green, blue and opacity
const pixels = Buffer.concat(Array.from({ length: size }, (_, row) => scanline(row)));
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
writeFileSync(
  "icon.png",
  Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]),
);

// A browser without the codec shows a dead player, or plays sound only: say so beside it and name the codec.
const NAMES = {
  HEVC: /hvc1|hev1|dvh1|V_MPEGH/,
  AV1: /av01|V_AV1/,
  ProRes: /ap(?:ch|cn|cs|co|4h|4x)|V_PRORES/,
  VP9: /vp09|V_VP9/,
  ALAC: /alac/,
  "H.264": /avc1|avc3/,
  "MPEG-4": /mp4v/,
  MJPEG: /jpeg|mjp[ab]/,
};
// Where the index of a file ends that begins with it, but for very long ones.
const FRONT = "bytes=0-262143";

const codecOf = async (address) => {
  const response = await fetch(address, { headers: { Range: FRONT } });
  const front = new TextDecoder("latin1").decode(await response.arrayBuffer());
  return Object.keys(NAMES).find((name) => NAMES[name].test(front));
};

const tellDead = async ({ target }) => {
  const words = target.parentElement?.querySelector("[data-unplayable]");
  const isBlind = target.tagName === "VIDEO" && target.readyState > 0 && !target.videoWidth;
  if (!words?.hidden || !(target.error || isBlind)) return;
  words.hidden = false;
  const codec = await codecOf(target.currentSrc || target.src).catch(() => "");
  const said = words.querySelector("[data-named]");
  said.textContent = codec ? words.dataset.unplayable.replace("{codec}", codec) : said.dataset.named;
};

for (const name of ["error", "loadedmetadata"]) document.addEventListener(name, tellDead, true);

// A player may have failed before this module ran.
for (const player of document.querySelectorAll("video, audio")) tellDead({ target: player });

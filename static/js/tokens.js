// Names of references in a prompt. Same pattern as on the server.
const TOKEN = /\[(Image|Video|Audio)\s?(\d{1,3})\]|@(Image|Video|Audio)(\d{1,3})\b/gi;

const nameOf = ([, kind, number, atKind, atNumber]) => {
  const [first, ...rest] = (kind ?? atKind).toLowerCase();
  return `[${first.toUpperCase()}${rest.join("")}${Number(number ?? atNumber)}]`;
};

// Split text into pieces. Tokens have a `name`.
export const pieces = (text) => {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    found.push({ text: text.slice(end, match.index) }, { text: match[0], name: nameOf(match) });
    end = match.index + match[0].length;
  }
  return [...found, { text: text.slice(end) }];
};

export const follow = (text, moves) =>
  pieces(text)
    .map(({ text: written, name }) => {
      const there = name && moves[name];
      if (!there) return written;
      return written.startsWith("@") ? `@${there.slice(1, -1)}` : there;
    })
    .join("");

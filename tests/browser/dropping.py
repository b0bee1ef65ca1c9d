"""Drop files on a page as if they were dragged from the desktop."""

import base64
import mimetypes

from playwright.sync_api import Page

_DROP = """({ target, files }) => {
  const carried = new DataTransfer();
  for (const { name, type, content } of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    carried.items.add(new File([bytes], name, { type }));
  }
  const at = document.querySelector(target);
  for (const name of ["dragenter", "dragover", "drop"]) {
    at.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: carried }));
  }
}"""


def drop(page: Page, *files: tuple[str, bytes], target: str = "#composer") -> None:
    given = [
        {
            "name": name,
            "type": mimetypes.guess_type(name)[0] or "",
            "content": base64.b64encode(content).decode(),
        }
        for name, content in files
    ]
    page.evaluate(_DROP, {"target": target, "files": given})

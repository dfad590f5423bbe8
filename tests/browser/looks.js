// What the contrast of a text comes of, as a word: its colour and size, and every background that it stands on. Two texts with the same word have the
// same contrast. A text that sticks out of one of these backgrounds, or on which something else lies, has no word, and is looked at by itself.
(() => {
  const NOTHING = "rgba(0, 0, 0, 0)";
  const NO_TEXT = ["hidden", "range", "color", "checkbox", "radio", "image"].map((type) => `:not([type=${type}])`).join("");
  const FIELDS = `input${NO_TEXT}, select, textarea`;

  const painted = (style) => style.backgroundColor !== NOTHING || style.backgroundImage !== "none";
  const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const holds = (a, b) => a.left <= b.left + 1 && a.top <= b.top + 1 && a.right >= b.right - 1 && a.bottom >= b.bottom - 1;

  const rectsOf = (element) => {
    const rects = [];
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.nodeValue.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      rects.push(...range.getClientRects());
    }
    return element.matches(FIELDS) ? [...rects, element.getBoundingClientRect()] : rects;
  };

  // Kept for those who listen: nobody sees it, so that it has no contrast.
  const clipped = (element, styleOf) => {
    for (let one = element; one; one = one.parentElement) {
      const { position, clip, clipPath } = styleOf(one);
      if (clipPath === "inset(50%)" || (["absolute", "fixed"].includes(position) && clip === "rect(0px, 0px, 0px, 0px)")) return true;
    }
    return false;
  };

  const ground = (style) => [
    style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode, style.clip, style.clipPath, style.backdropFilter,
  ].join();

  // [{element, look}] of all texts that take up room; look is null where it has none.
  window.looksOfTexts = () => {
    const styles = new Map();
    const styleOf = (element) => styles.get(element) ?? styles.set(element, getComputedStyle(element)).get(element);
    const all = [...document.querySelectorAll("body *")];
    const backgrounds = all.filter((one) => painted(styleOf(one))).map((one) => ({ one, rect: one.getBoundingClientRect() }));
    const plain = ground(getComputedStyle(document.head));
    const grounds = new Map();
    const groundsOf = (element) => {
      if (!element) return "";
      if (!grounds.has(element)) {
        const own = ground(styleOf(element));
        grounds.set(element, groundsOf(element.parentElement) + (own === plain ? "" : "|" + own));
      }
      return grounds.get(element);
    };
    // Whether a text sticks out of a background that it belongs to, or meets another one.
    const lies = (element, rects) =>
      backgrounds.some(({ one, rect }) => (one.contains(element) ? !rects.every((text) => holds(rect, text)) : rects.some((text) => meets(rect, text))));
    const found = [];
    for (const element of all) {
      const rects = rectsOf(element);
      if (!rects.some((rect) => rect.width && rect.height)) continue;
      const style = styleOf(element);
      if (style.visibility !== "visible" || clipped(element, styleOf)) continue;
      const look = [
        style.color, style.fontSize, style.fontWeight, style.fontFamily, style.textShadow, style.webkitTextFillColor, style.webkitTextStroke,
        element.matches(":disabled, [aria-disabled=true], [aria-disabled=true] *, fieldset:disabled *"), groundsOf(element),
      ].join(";");
      found.push({ element, look: lies(element, rects) ? null : look });
    }
    return found;
  };

  // What axe finds wrong with the contrast of those texts whose look is not known; and the looks that need not be looked at again: of those that
  // passed, and of those of which axe can't say, because they stand on a picture.
  window.contrastOf = async (known) => {
    const before = new Set(known);
    const texts = window.looksOfTexts().filter(({ look }) => look === null || !before.has(look));
    if (!texts.length) return { faults: [], known: [] };
    const rules = { runOnly: { type: "rule", values: ["color-contrast"] }, preload: false, elementRef: true };
    const { violations, passes, incomplete } = await axe.run(texts.map(({ element }) => element), { ...rules, resultTypes: ["violations", "passes", "incomplete"] });
    const nodes = (of) => of.flatMap((one) => one.nodes);
    const looks = new Map(texts.map(({ element, look }) => [element, look]));
    const failed = new Set(nodes(violations).map(({ element }) => looks.get(element)));
    const onPictures = nodes(incomplete).filter(({ any }) => any.every(({ data }) => ["bgImage", "bgGradient"].includes(data?.messageKey)));
    const judged = [...nodes(passes), ...onPictures].map(({ element }) => looks.get(element)).filter((look) => look && !failed.has(look));
    return { faults: violations.map((one) => [one.id, one.nodes.map((node) => node.html)]), known: [...new Set(judged)] };
  };
})();

/** The path of Chromium; null, after a message, where there is none and none can be had. */
export function findChromium(): string | null;

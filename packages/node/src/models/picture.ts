/** Draws one line of dark text on white with the bundled font; returns a PNG. */
export declare function drawText(
  text: string,
  options?: { fontSize?: number; padding?: number },
): Promise<Buffer>

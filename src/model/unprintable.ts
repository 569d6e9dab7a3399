/**
 * Characters that a terminal acts on or that a reader cannot see: control characters (C0, DEL, C1), format characters
 * (bidi overrides, zero-width ones), lone surrogates, line and paragraph separators, code points that stand for no
 * character and that HTML forbids, every blank but the space.
 */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]|(?! )\p{Zs}/gu;

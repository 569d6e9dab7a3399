export const renderStackHtml = (_: unknown): string => '';

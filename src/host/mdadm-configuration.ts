/** Of mdadm.conf the lines of arrays, and of those what says which array it is and how many spares it has; a mail address is none of it. */
export const mdadmConfiguration = (text: string): string =>
  text
    .replaceAll(/\n[ \t]+(?=\S)/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [keyword = '', ...words] = line.replace(/#.*$/, '').trim().split(/\s+/);
      if (!/^array$/i.test(keyword)) return [];
      return [
        [
          'ARRAY',
          ...words
            .filter((word) => /^(?:\/dev\/[\w./-]+|uuid=[0-9a-f:]+|spares=\d+|spare-group=)/i.test(word))
            .map((word) => word.replace(/^(spare-group=).*$/i, '$1x')),
        ].join(' '),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');

/** ask-driver.ts COUNT: asks so many questions on the terminal that it was given, and prints each answer as JSON. */
import { openPrompt } from '../../src/host/prompt.ts';

const prompt = openPrompt();
const never = new Promise<void>(() => undefined);
for (let number = 1; number <= Number(process.argv[2]); number++) {
  // Whoever drives it types now, before the question.
  console.log(`BUSY${number}`);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const answer = await prompt.ask({ text: `ASK${number} `, whenTypedAhead: `\nDROPPED${number}\n` }, never);
  console.log(`ANSWER${number}=${JSON.stringify(answer)}`);
}
prompt.close();
process.exit(0);

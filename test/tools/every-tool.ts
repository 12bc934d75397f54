/** Questions and accounts for tests that run over whatever tools there are. */
import type { Account } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import type { DemoRisk } from '../../src/demo/risks.ts';
import { makeVirus } from '../../src/demo/viruses.ts';
import { makeVul } from '../../src/demo/vulnerabilities.ts';
import type { AnyTool } from '../../src/tool.ts';
import type { Answer, House } from '../setup.ts';

/** The image that tests ask about, and another to compare it with. */
export const ID = 8_000_001;
const OTHER_ID = 8_000_002;

/** What a tool is asked: everything it can show of image `id`. */
export function everythingOf(tool: AnyTool, id: number = ID): Record<string, unknown> {
  const asked: Record<string, unknown> = {
    image_id: id,
    base: String(OTHER_ID),
    target: String(id),
    detail: 'full',
    limit: 100,
    max_bytes: 40_000,
  };
  return Object.fromEntries(Object.entries(asked).filter(([name]) => name in tool.input.shape));
}

/** One image in whose every field the texts stand, and one without findings. */
export function accountOf(texts: readonly string[]): Account {
  const risks = texts.flatMap((text, at): DemoRisk[] => [
    { Behavior: 3, Type: 2, Level: '4', Desc: text, InstructionContent: `step ${at}` },
    {
      Behavior: 1,
      Type: 1,
      Level: text,
      Desc: `step ${at}`,
      InstructionContent: `2024-05-06 10:49:58\n${text}`,
    },
  ]);
  const vuls = texts.map((text, at) => ({
    ...makeVul(at, at % 2 === 0 ? '4' : text, []),
    CVEID: text,
    Name: text,
    Des: text,
    CvssScore: text,
    Component: text,
    Version: text,
    FixedVersions: text,
    Components: [1, 2].map(() => ({ Name: text, Version: text, FixedVersion: text, Path: text, Type: text })),
  }));
  const viruses = texts.map((text, at) => ({
    ...makeVirus(text, text, at % 2 === 0 ? '4' : text),
    Category: text,
    Desc: text,
    Solution: text,
    FileMd5: text,
  }));
  const named = (text: string) => ({
    ImageTag: text,
    ImageDigest: text,
    RegistryType: text,
    InstanceName: text,
    ScanStatus: text,
  });
  return {
    images: [
      makeImage(ID, 'a/b:1', risks, named(texts[0] ?? ''), { vuls, viruses }),
      makeImage(OTHER_ID, 'a/b:2'),
      ...texts.map((text, at) => makeImage(OTHER_ID + 1 + at, 'a/c:1', [], named(text))),
    ],
  };
}

/** Everything a tool says of an image, over as many answers as it takes, in both views. */
export async function walk(house: House, tool: AnyTool): Promise<Answer[]> {
  const answers: Answer[] = [];
  let further: Record<string, unknown> | undefined = {};
  while (further !== undefined) {
    const answer: Answer = await house.callTool(tool.name, { ...everythingOf(tool), ...further });
    answers.push(answer);
    const { next_cursor: cursor, next_offset: offset } = answer.structured.coverage ?? {};
    further = cursor !== undefined ? { cursor } : offset !== undefined ? { offset } : undefined;
  }
  return answers;
}

/** LOBSTER message files: a small one made by hand, of the types that occur. */
import { describe, expect, it } from 'vitest'
import { brief, importFiles, importTexts, temporaryFile } from '../../support/import-rows.ts'

const name = 'AAPL_2012-06-21_34200000_57600000_message_1.csv'
// 34,200.189607670 s after midnight in New York, in June four hours behind UTC: 13:30:00.189607.
const at = Date.UTC(2012, 5, 21, 13, 30) * 1000

const lines = [
  '34200.189607670,1,11885113,21,5853300,1',
  '34200.189607671,1,3911376,20,5853800,-1',
  '34200.5,2,11885113,6,5853300,1',
  '34200.6,4,11885113,5,5853300,1',
  '34200.7,5,0,7,5853500,-1',
  '34200.8,3,3911376,20,5853800,-1',
  '34201,3,77,100,5851000,1',
  '34202,4,78,10,5854000,-1',
  '34203,6,0,500,5853500,-1',
  '34204,7,0,0,-1,-1',
]

const importLines = (text: readonly string[]) => importFiles([temporaryFile(name, text.join('\n'))])

describe('LOBSTER message files', () => {
  it('are orders by id, with a print for each execution, from the day that the name says', async () => {
    const { importer, rows, counters } = await importLines(lines)
    expect(importer).toMatchObject({
      format: 'lobster',
      levels: ['l3', 'l2', 'l1', 'trades'],
      hasReceiveTime: false,
    })
    expect(importer.instrument).toMatchObject({
      id: 'AAPL',
      venue: 'nasdaq',
      settleCurrency: 'USD',
      tickSize: '0.01',
      lotSize: '1',
    })
    expect(rows[0]).toMatchObject({ exchangeTime: at + 189_607, receiveTime: at + 189_607 })
    expect(brief(rows)).toEqual([
      'clear buy 0×0',
      'orderAdd buy 58533×21!',
      'orderAdd sell 58538×20!',
      'orderChange buy 58533×15!',
      'orderExecute buy 58533×5',
      'trade sell 58533×5!',
      // A hidden offer was bought: nothing that is displayed changes.
      'orderExecute sell 58535×7',
      'trade buy 58535×7!',
      'orderDelete sell 58538×0!',
      // An order from before the recording: its cancel says nothing, its execution is a print.
      'orderExecute sell 58540×10',
      'trade buy 58540×10!',
      'offMarketTrade buy 58535×500!',
    ])
    expect(rows.map(({ orderId }) => orderId)).toEqual([
      0, 11885113, 3911376, 11885113, 11885113, 0, 0, 0, 3911376, 78, 0, 0,
    ])
    expect(counters.notes).toEqual(
      expect.arrayContaining([
        '1 cancels were of orders from before the recording',
        '1 executions were of orders from before the recording',
        '1 messages of trading halts were not used',
      ]),
    )
  })

  it.each([
    ['2012-03-09', 5],
    ['2012-03-12', 4],
    ['2012-11-02', 4],
    ['2012-11-05', 5],
    ['2013-01-07', 5],
  ])('takes New York to be behind UTC on %s by %i hours', async (date, hours) => {
    const { rows } = await importTexts([`34200,1,1,1,10000,1\n`], { date })
    expect(rows[0]?.exchangeTime).toBe(Date.parse(`${date}T00:00:00Z`) * 1000 + (hours * 3600 + 34_200) * 1e6)
  })

  it('ask for the date when neither name nor user says it', async () => {
    await expect(importTexts([lines.join('\n')])).rejects.toThrow(/pass --date/)
  })

  it.each([
    ['a line that is cut off', '34210,1,5', /found "34210,1,5" \(.*_message_1\.csv:11\)/],
    ['an unknown type', '34210,9,5,1,5853300,1', /_message_1\.csv:11/],
    ['an order that stands already', '34210,1,11885113,5,5853300,1', /order 11885113 once more.*:11/],
    ['more executed than stands', '34210,4,11885113,50,5853300,1', /at most 10 at 58533 ticks.*:11/],
    ['an execution on the other side', '34210,4,11885113,5,5853300,-1', /on the other side.*:11/],
    ['a time that runs backwards', '34203.5,1,5,1,5853300,1', /times in order.*:11/],
  ])('name file and line of %s', async (_, line, message) => {
    await expect(importLines([...lines, line])).rejects.toThrow(message)
  })
})

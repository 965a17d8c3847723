import { describe, expect, it } from 'vitest'
import { html, inlineJson } from '../../src/report/html.ts'

describe('an HTML template', () => {
  it('escapes text in elements and in attributes', () => {
    const evil = `<b class="x">&'`
    expect(html`<p title="${evil}">${evil}</p>`.text).toBe(
      '<p title="&lt;b class=&quot;x&quot;&gt;&amp;&#39;">&lt;b class=&quot;x&quot;&gt;&amp;&#39;</p>',
    )
  })

  it('takes templates, lists of them, numbers and nothing as they are', () => {
    const items = ['a', '<'].map((item) => html`<li>${item}</li>`)
    expect(html`<ul>${items}</ul>${undefined}${[]}${3}`.text).toBe('<ul><li>a</li><li>&lt;</li></ul>3')
  })
})

describe('inlined JSON', () => {
  it('cannot end its element or a line, and parses to the same value', () => {
    const value = { '</script>': ['<!--', '&amp;', '\u2028\u2029', 'ok'] }
    const text = inlineJson(value)
    expect(text).not.toMatch(/[<>&\u2028\u2029]/)
    expect(text).toContain('\\u003c/script\\u003e')
    expect(JSON.parse(text)).toEqual(value)
  })

  it('has null for what is not a number', () => {
    expect(inlineJson([Number.NaN, Number.POSITIVE_INFINITY])).toBe('[null,null]')
  })
})

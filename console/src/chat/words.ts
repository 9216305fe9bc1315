// Every word of the visitors' chat, in two languages.

const zh = {
  language: 'zh-CN',
  otherLanguage: 'English',
  title: '在线客服',
  log: '聊天记录',
  greeting: '您好！请直接输入您的问题；想找人工客服，请发送“人工”。',
  write: '输入您的问题',
  send: '发送',
  hint: '回车发送，Shift+回车换行',
  tooLong: (over: number) => `太长了，请删去约 ${Math.ceil(over / 3)} 个字`,
  you: '您',
  bot: '智能客服',
  agent: '人工客服',
  sending: '发送中…',
  failed: '没有发出。',
  again: '重发',
  tooFast: (seconds: number) => `发得太快了，请 ${seconds} 秒后再试。`,
  offline: '连接断开，正在重连…',
  off: '在线客服暂未开通。',
  forget: '删除聊天记录',
  sureToForget: '删除全部聊天记录？删除后无法恢复，我们这边的记录也会一并删除。',
  forgotten: '聊天记录已删除。',
  notForgotten: '没有删除成功，请重试。',
  opensNew: '（在新窗口打开）',
};

export type Words = typeof zh;

const en: Words = {
  language: 'en',
  otherLanguage: '中文',
  title: 'Chat with us',
  log: 'Messages',
  greeting: 'Hello! Just type your question. To reach a person, send “人工”.',
  write: 'Your question',
  send: 'Send',
  hint: 'Enter sends, Shift+Enter breaks the line',
  tooLong: (over: number) => `Too long by about ${over} letters`,
  you: 'You',
  bot: 'Assistant',
  agent: 'Agent',
  sending: 'Sending…',
  failed: 'Not sent.',
  again: 'Send again',
  tooFast: (seconds: number) => `That was too fast. Please try again in ${seconds} s.`,
  offline: 'No connection. Trying again…',
  off: 'The chat is not open at the moment.',
  forget: 'Delete this chat',
  sureToForget: 'Delete the whole chat? It cannot be restored; our copy goes too.',
  forgotten: 'The chat is deleted.',
  notForgotten: 'It was not deleted. Please try again.',
  opensNew: ' (opens in a new window)',
};

export const languages = { zh, en };
export type Language = keyof typeof languages;

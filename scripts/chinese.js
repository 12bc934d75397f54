/** What the tables of README.zh-CN.md say of each name; where there is nothing, the English words stand there. */

/** @type {Readonly<Record<string, string>>} */
export const CHINESE_TOOLS = {
  list_image_risks:
    '某个镜像的高危行为：容器以 root 启动，Dockerfile、ENV 或镜像历史中泄露的凭据，以及其他高危行为。相同的行合并为一条并给出次数，密钥已脱敏。不含 CVE 和木马病毒。',
  find_images:
    '按名称、标签或摘要查找镜像，或列出风险最多的镜像；给出 id、扫描状态和数量。没有数量表示未知，不是零。',
  compare_image_risks: '比较两个标签：新标签引入了什么、修复了什么、还剩什么。',
  list_image_vulnerabilities:
    '某个镜像中软件包的 CVE：级别、组件、已装版本、修复版本，以及每个组件升级到哪个版本。',
  list_image_malware: '某个镜像的文件中的木马病毒：名称、路径、级别、TCSS 的建议。',
  find_vulnerability: '某个 CVE 影响哪些镜像和容器。',
  list_vulnerabilities: '所有镜像中影响最大的漏洞。',
  list_containers: '哪些容器运行某个镜像，哪些以 root 运行。',
  explain_coverage: 'TCSS 不知道什么：未授权、未扫描、未同步的镜像和仓库。',
};

/** @type {Readonly<Record<string, string>>} */
export const CHINESE_SETTINGS = {
  TENCENTCLOUD_SECRET_ID: '密钥对的 SecretId。没有密钥对时读取 TCCLI 和 SDK 的凭据文件。',
  TENCENTCLOUD_SECRET_KEY: '密钥对的 SecretKey。',
  TENCENTCLOUD_TOKEN: '临时密钥的 Token。',
  TENCENTCLOUD_PROFILE: '环境变量中没有密钥对时，读取哪个 TCCLI 配置的凭据文件。',
  TENCENTCLOUD_REGION: '设置后作为 X-TC-Region 发送。所用接口都不需要。',
  TCSS_ENDPOINT:
    '接口地址，除回环地址外只能用 https。**国内站账号设为 `https://tcss.tencentcloudapi.com`**。',
  TCSS_LANGUAGE: '接口描述风险所用的语言。国内用户设为 `zh-CN`。',
  TCSS_TIMEOUT_MS: '一次工具调用的时限（毫秒），含其全部请求；1 到 600000。',
  TCSS_MAX_BYTES: '一个回答默认的字节预算（UTF-8）；2000 到 40000。',
  TCSS_RATE_LIMIT: '每个接口每秒的请求数；20 是服务自身的限制。',
  TCSS_TOOLS: '提供哪些工具，用逗号分隔，例如 find_images,list_image_risks。默认全部。',
  TCSS_LOG_LEVEL: '写到 stderr 的日志级别；info 为每个请求加一行。',
  HTTPS_PROXY: 'http 或 https 代理，可含用户名和密码。回环地址从不走代理。',
  NO_PROXY: '不走代理的主机。',
};

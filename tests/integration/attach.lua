-- Attaches a language server ($SERVER, or as the file $INIT configures it) to the open file and
-- writes what Neovim then shows into $OUT, as JSON. With $FIX it also makes all safe fixes, and saves.
local function attach(server)
  local config = {
    name = server.name,
    cmd = server.cmd,
    root_dir = vim.fn.getcwd(),
    settings = server.settings,
  }
  if vim.lsp.start then
    vim.lsp.start(config)
  else -- before Neovim 0.8, which also leaves it to us to send the settings
    config.on_init = function(client)
      client.notify("workspace/didChangeConfiguration", { settings = server.settings })
    end
    vim.lsp.buf_attach_client(0, vim.lsp.start_client(config))
  end
end

if vim.env.INIT then
  vim.cmd("source " .. vim.env.INIT)
  vim.cmd("filetype on | edit")
else
  attach(vim.fn.json_decode(vim.env.SERVER))
end
local function findings()
  return vim.tbl_filter(function(shown)
    return tostring(shown.code):match("^KFD")
  end, vim.diagnostic.get(0))
end
vim.wait(60000, function()
  return #findings() > 0
end, 50)
vim.fn.writefile({ vim.fn.json_encode(findings()) }, vim.env.OUT)

if vim.env.FIX then
  local params = vim.lsp.util.make_range_params(0, "utf-16")
  params.context = { diagnostics = {}, only = { "source.fixAll" } }
  local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 60000)
  for _, answer in pairs(answers or {}) do
    for _, action in ipairs(answer.result or {}) do
      if not action.edit then -- as vim.lsp.buf.code_action() does with what was chosen
        for _, resolved in pairs(vim.lsp.buf_request_sync(0, "codeAction/resolve", action, 60000) or {}) do
          action = resolved.result or action
        end
      end
      vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
    end
  end
  vim.cmd("write")
end
vim.cmd("qall!")

-- POST /api/v2/alerts with so many firing alerts a request, each made unique by its instance label: eight labels, three
-- annotations, about 0.8 kB an alert. Arguments: alerts a request, startsAt, endsAt, value of the Authorization header.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("id", threads)
end

function init(args)
  per_request = tonumber(args[1])
  counter = 0
  local run = os.time()
  head = '{"labels":{"alertname":"HighErrorRate","severity":"critical","job":"checkout","team":"payments",' ..
    '"cluster":"eu-central-1","namespace":"shop","pod":"checkout-7d9c","instance":"host-' .. run .. '-' .. id .. '-'
  tail = '.example.net:9100"},"annotations":{"summary":"More than five percent of the requests to checkout fail",' ..
    '"description":"The share of requests answered with a 5xx status has been above five percent for ten minutes. ' ..
    'Customers see an error page when they try to pay; the basket is kept. Look at the error budget and at the last ' ..
    'deployment first, then at the payment provider.","runbook_url":"https://runbooks.example.net/checkout/high-error-rate"},' ..
    '"startsAt":"' .. args[2] .. '","endsAt":"' .. args[3] .. '",' ..
    '"generatorURL":"http://prometheus.example.net:9090/graph?g0.expr=errors%3E0.05&g0.tab=1"}'
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  if args[4] ~= nil and args[4] ~= "" then
    wrk.headers["Authorization"] = args[4]
  end
end

function request()
  local alerts = {}
  for i = 1, per_request do
    counter = counter + 1
    alerts[i] = head .. counter .. tail
  end
  return wrk.format(nil, nil, nil, "[" .. table.concat(alerts, ",") .. "]")
end


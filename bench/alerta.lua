-- POST /alert of alerta-server with one new alert a request, made unique by its resource; about as large as intake.lua's.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("id", threads)
end

function init(args)
  counter = 0
  head = '{"event":"HighErrorRate","environment":"Production","severity":"critical","service":["checkout"],' ..
    '"group":"payments","value":"0.07","tags":["cluster=eu-central-1","namespace=shop","pod=checkout-7d9c"],' ..
    '"text":"More than five percent of the requests to checkout fail","attributes":{"description":"The share of requests ' ..
    'answered with a 5xx status has been above five percent for ten minutes. Customers see an error page when they try ' ..
    'to pay; the basket is kept.","runbook":"https://runbooks.example.net/checkout/high-error-rate"},' ..
    '"resource":"host-' .. os.time() .. '-' .. id .. '-'
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  counter = counter + 1
  return wrk.format(nil, nil, nil, head .. counter .. '"}')
end
